import type { ExportHealthRow, HealthEvent } from '../../lambda/contract/health.ts';
import type { LookPorts, StackInstance } from '../ports.ts';
import { abortingAt } from './aborting-at.ts';
import { CALLS_AT_A_TIME, type Discovered, discover } from './discover.ts';
import { dueTimes } from './due.ts';
import { type Expected, expectedExports } from './expected.ts';
import type { Failures } from './failures.ts';
import { inParallel } from './in-parallel.ts';
import { type ExportPlace, placeId } from './place.ts';
import type { Budget } from './records.ts';
import { rowOf } from './row.ts';
import { inspectSnapshots, NO_SNAPSHOTS, previousFindings, type SnapshotFindings } from './snapshot-findings.ts';
import { SnapshotLister } from './snapshot-lister.ts';
import type { State } from './state.ts';

/**
 * Maximum of records that a look reads besides the newest of each export: twice those of an hour of 2,000 exports that run every
 * five minutes. After a pause of the looks there may be any number of new records.
 */
const MAX_OTHER_RECORDS = 50_000;
/** Maximum of these per account, so that none uses up all. */
const MAX_PER_ACCOUNT = 10_000;

/** The findings of a look. */
export interface Gathered {
  readonly rows: readonly ExportHealthRow[];
  readonly discovered: Discovered;
  readonly expected: Expected;
  /** `undefined` when they are not known. */
  readonly instances: readonly StackInstance[] | undefined;
  /** Number of rows whose keys could not be listed. */
  readonly staleRows: number;
  readonly damaged: readonly string[];
  readonly future: readonly string[];
}

/** State and limits of a look. */
export interface LookContext {
  readonly state: State;
  readonly failures: Failures;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Aborts at `endsAt`. */
  readonly signal: AbortSignal;
  /** When the look must stop reading, by the clock's monotonic time. */
  readonly endsAt: number;
}

/** Reads records and stack instances, and determines the state of each export. */
export async function gather(
  { clock, keys, instances: stackSets }: LookPorts,
  event: HealthEvent,
  { state, failures, now, signal, endsAt }: LookContext,
): Promise<Gathered> {
  const { organization, missedPeriods } = event;
  // If CloudFormation hangs, half of the time is left for the exports.
  const halfTime = (clock.monotonic() + endsAt) / 2;
  const [discovered, instances] = await Promise.all([
    discover(keys, failures, signal),
    organization && stackSets
      ? failures.orUndefined(() => abortingAt(clock, halfTime, (ownSignal) => stackSets.list(organization, ownSignal)))
      : undefined,
  ]);
  const expected = expectedExports(event, instances);
  const context = { keys, failures, budget: createBudget(), now, signal };
  const discoveredIds = new Set(discovered.places.map(placeId));
  const cachedDueTimes = dueTimes();

  async function inspect(place: ExportPlace, before: ExportHealthRow | undefined): Promise<SnapshotFindings> {
    const id = placeId(place);
    if (discoveredIds.has(id))
      return await inspectSnapshots(place, before, expected.exports.get(id)?.schedule, context);
    if (!discovered.isKnownToBeAbsent(place)) return previousFindings(before);
    return { columns: NO_SNAPSHOTS, damaged: [], future: [], isStale: false };
  }

  const all = await inParallel(placesOf(state, discovered, expected), CALLS_AT_A_TIME, async (place) => {
    const before = state.rows.get(placeId(place));
    const findings = await inspect(place, before);
    const usualGapMs = () => failures.orUndefined(() => new SnapshotLister(place, keys, now, signal).usualGapMs());
    const row = await rowOf({
      place,
      before,
      findings,
      expected,
      missedPeriods,
      now,
      dueTimes: cachedDueTimes,
      usualGapMs,
    });
    return { row, findings };
  });
  const rows = all.flatMap(({ row, findings }) => (row ? [{ row, findings }] : []));
  return {
    rows: rows.map(({ row }) => row),
    discovered,
    expected,
    instances,
    staleRows: rows.filter(({ findings }) => findings.isStale).length,
    damaged: all.flatMap(({ findings }) => findings.damaged),
    future: all.flatMap(({ findings }) => findings.future),
  };
}

function createBudget(): Budget {
  let left = MAX_OTHER_RECORDS;
  const leftByAccount = new Map<string, number>();
  return (records, { accountId }) => {
    const leftOfAccount = leftByAccount.get(accountId) ?? MAX_PER_ACCOUNT;
    if (records > Math.min(left, leftOfAccount)) return false;
    left -= records;
    leftByAccount.set(accountId, leftOfAccount - records);
    return true;
  };
}

/** All exports that may have a row, in the order of the rows. */
function placesOf(state: State, { places }: Discovered, { exports }: Expected): ExportPlace[] {
  const all = new Map<string, ExportPlace>();
  for (const { account_id: accountId, region, export_name: exportName } of state.rows.values()) {
    all.set(placeId({ accountId, region, exportName }), { accountId, region, exportName });
  }
  for (const { accountId, region, exportName } of [...places, ...exports.values()]) {
    all.set(placeId({ accountId, region, exportName }), { accountId, region, exportName });
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

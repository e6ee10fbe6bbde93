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
 * Records that a look reads beside the newest of each export, at most: twice those of an hour of 2,000 exports that run each five
 * minutes. After a pause of the looks there may be any number.
 */
const MOST_OTHER_RECORDS = 50_000;
/** Of these, those of one account, so that none takes all. */
const MOST_OF_ACCOUNT = 10_000;

/** What a look finds. */
export interface Gathered {
  readonly rows: readonly ExportHealthRow[];
  readonly discovered: Discovered;
  readonly expected: Expected;
  /** `undefined` where they are not known. */
  readonly instances: readonly StackInstance[] | undefined;
  /** Rows whose keys could not be listed. */
  readonly staleRows: number;
  readonly damaged: readonly string[];
  readonly future: readonly string[];
}

/** What a look goes by. */
export interface LookContext {
  readonly state: State;
  readonly failures: Failures;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Aborts at `endsAt`. */
  readonly signal: AbortSignal;
  /** By the clock's monotonic time. */
  readonly endsAt: number;
}

/** Asks for all there is, and judges each export. */
export async function gather(
  { clock, keys, instances: stackSets }: LookPorts,
  event: HealthEvent,
  { state, failures, now, signal, endsAt }: LookContext,
): Promise<Gathered> {
  const { organization, missedPeriods } = event;
  // A CloudFormation that hangs leaves time to look at the exports.
  const halfWay = (clock.monotonic() + endsAt) / 2;
  const [discovered, instances] = await Promise.all([
    discover(keys, failures, signal),
    organization && stackSets
      ? failures.orUndefined(() => abortingAt(clock, halfWay, (ownSignal) => stackSets.list(organization, ownSignal)))
      : undefined,
  ]);
  const expected = expectedExports(event, instances);
  const look = { keys, failures, budget: createBudget(), now, signal };
  const found = new Set(discovered.places.map(placeId));
  const known = dueTimes();

  async function inspect(place: ExportPlace, before: ExportHealthRow | undefined): Promise<SnapshotFindings> {
    const id = placeId(place);
    if (found.has(id)) return await inspectSnapshots(place, before, expected.exports.get(id)?.schedule, look);
    if (!discovered.isKnownToBeAbsent(place)) return previousFindings(before);
    return { columns: NO_SNAPSHOTS, damaged: [], future: [], isStale: false };
  }

  const all = await inParallel(placesOf(state, discovered, expected), CALLS_AT_A_TIME, async (place) => {
    const before = state.rows.get(placeId(place));
    const seen = await inspect(place, before);
    const usualGapMs = () => failures.orUndefined(() => new SnapshotLister(place, keys, now, signal).usualGapMs());
    const row = await rowOf({ place, before, seen, expected, missedPeriods, now, dueTimes: known, usualGapMs });
    return { row, seen };
  });
  const rows = all.flatMap(({ row, seen }) => (row ? [{ row, seen }] : []));
  return {
    rows: rows.map(({ row }) => row),
    discovered,
    expected,
    instances,
    staleRows: rows.filter(({ seen }) => seen.isStale).length,
    damaged: all.flatMap(({ seen }) => seen.damaged),
    future: all.flatMap(({ seen }) => seen.future),
  };
}

function createBudget(): Budget {
  let left = MOST_OTHER_RECORDS;
  const ofAccounts = new Map<string, number>();
  return (records, { accountId }) => {
    const ofAccount = ofAccounts.get(accountId) ?? MOST_OF_ACCOUNT;
    if (records > Math.min(left, ofAccount)) return false;
    left -= records;
    ofAccounts.set(accountId, ofAccount - records);
    return true;
  };
}

/** All that may have a row, in the order of the rows. */
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

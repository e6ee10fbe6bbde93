import type { SnapshotRecord } from '../contract/columns.ts';
import type { CountedAlarm } from '../contract/count-alarm.ts';
import { recordKey, type SnapshotIdentity, snapshotId } from '../contract/keys.ts';
import { DamagedRecordError, OutOfTimeError } from '../errors.ts';
import type { ExportRecords, LookBack, Ports, StandingSnapshot } from '../ports.ts';
import { readAhead } from '../read-ahead.ts';
import { BreachTally, isInBreach, MAX_PASSED_OVER } from './breach-tally.ts';
import { withDeadline } from './deadline.ts';
import { parseRecord } from './parse-record.ts';
import type { SnapshotRequest } from './request.ts';

/** Later than every snapshot. */
const END_MS = Date.parse('9999-12-31T23:59:59Z');

const NOT_KNOWN_BEFORE =
  `More than ${MAX_PASSED_OVER} snapshots on the way back do not know the count: its status or thing group was not ` +
  'asked for then, or the group was missing. The alarm keeps its state until enough snapshots know it';

/**
 * Finds out from the records of other snapshots whether a snapshot is the newest, and for each alarm in how many snapshots
 * on end, the newest included, its threshold is broken. Where the snapshot is not the newest it may still be one of them: the
 * run that took the newest did not see it. Nothing is read where nothing is asked. It fails nothing: the snapshot stands, and
 * what is not known is reported as such.
 *
 * For an alarm it reads as many records as the alarm wants, and {@link MAX_PASSED_OVER} that do not know the count, at
 * most. It holds a few at a time.
 */
export async function lookBack(
  request: SnapshotRequest,
  { record, outcome }: StandingSnapshot,
  { clock, records, observer }: Ports,
  deadlineAt: number,
): Promise<void> {
  if (outcome === 'already-written') return;
  let tallies = begun(request.alarms ?? [], record);
  if (tallies.length === 0 && outcome === 'written') return;

  const beganAt = clock.monotonic();
  const tooLate = () => outOfTime(request, clock.monotonic() - beganAt);
  let isNewest: boolean | null = null;
  let error: Error | undefined;
  try {
    await withDeadline(clock, deadlineAt, tooLate, async (signal) => {
      isNewest = !(await records.hasLater(request, signal));
      if (isNewest) return await countBack(tallies, request, records, signal);
      const alarms = tallies.map(({ alarm }) => alarm);
      if (alarms.length === 0) return;
      // What was counted from the snapshot itself holds no more, whatever fails from here on.
      tallies = alarms.map((alarm) => new BreachTally(alarm));
      const newest = await newestOf(request, records, signal);
      tallies = begun(alarms, parsed(await records.readText(newest, signal), newest));
      await countBack(tallies, newest, records, signal);
    });
  } catch (thrown) {
    error = thrown as Error;
  }
  observer?.lookedBack?.(conclusion(tallies, isNewest, error));
}

/** Tallies with their newest snapshot, of the alarms whose count it knows. */
function begun(alarms: readonly CountedAlarm[], record: SnapshotRecord): BreachTally[] {
  return alarms.flatMap((alarm) => {
    const inBreach = isInBreach(alarm, record);
    if (inBreach === undefined) return [];
    const tally = new BreachTally(alarm);
    tally.take(inBreach);
    return [tally];
  });
}

/** The newest snapshot of an export; the given one where there is none any more. */
async function newestOf(of: SnapshotIdentity, records: ExportRecords, signal: AbortSignal): Promise<SnapshotIdentity> {
  for await (const newest of records.earlier({ ...of, scheduledAt: END_MS }, signal)) return newest;
  return of;
}

/** Goes back from the newest snapshot until every tally has ended. */
async function countBack(
  tallies: readonly BreachTally[],
  newest: SnapshotIdentity,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<void> {
  const areOpen = () => tallies.some(({ isOpen }) => isOpen);
  if (!areOpen()) return;
  const stop = new AbortController();
  const ownSignal = AbortSignal.any([signal, stop.signal]);
  const read = async (snapshot: SnapshotIdentity) => {
    const record = parsed(await records.readText(snapshot, ownSignal), snapshot);
    return tallies.map(({ alarm, isOpen }) => (isOpen ? isInBreach(alarm, record) : undefined));
  };
  try {
    for await (const inBreach of readAhead(records.earlier(newest, ownSignal), read)) {
      signal.throwIfAborted();
      tallies.forEach((tally, i) => {
        tally.take(inBreach[i]);
      });
      if (!areOpen()) return;
    }
    for (const tally of tallies) tally.end();
  } finally {
    stop.abort();
  }
}

function parsed(text: string, snapshot: SnapshotIdentity) {
  const result = parseRecord(text, snapshot);
  if ('record' in result) return result.record;
  throw new DamagedRecordError(
    `${recordKey(snapshot)} is not the record of its snapshot: it ${result.fault}. Something other than the exporter ` +
      'wrote or damaged it. Restore an earlier version of the object, or delete it',
  );
}

function conclusion(tallies: readonly BreachTally[], isNewest: boolean | null, error: Error | undefined): LookBack {
  const inBreach = new Map<string, number>();
  const uncounted = new Map<string, string>();
  for (const { alarm, result, isGivenUp } of tallies) {
    if (isNewest !== null && result !== undefined) inBreach.set(alarm.name, result);
    else uncounted.set(alarm.name, error && !isGivenUp ? `${error.name}: ${error.message}` : NOT_KNOWN_BEFORE);
  }
  return { isNewest, inBreach, uncounted, ...(isNewest === null && error && { error }) };
}

function outOfTime(request: SnapshotRequest, elapsedMs: number): OutOfTimeError {
  return new OutOfTimeError(
    `Out of time after ${Math.round(elapsedMs / 1000)} s, while records beside that of ${snapshotId(request)} were read. ` +
      'The snapshot stands. Either S3 answers slowly, or the listings left no time: then raise callsPerSecond, or split ' +
      'the export',
  );
}

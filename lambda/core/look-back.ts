import type { SnapshotRecord } from '../contract/columns.ts';
import { type CountedAlarm, isOfMoves } from '../contract/count-alarm.ts';
import { recordKey, type SnapshotIdentity, snapshotId } from '../contract/keys.ts';
import { DamagedRecordError, OutOfTimeError } from '../errors.ts';
import type { ExportRecords, LookBack, Ports, RecordedSnapshot, RolloutFigures } from '../ports.ts';
import { readAhead } from '../read-ahead.ts';
import { BreachTally, type JudgedSnapshot, MAX_SKIPPED, verdictOf } from './breach-tally.ts';
import { withDeadline } from './deadline.ts';
import { rolloutFigures } from './details/rollouts.ts';
import { readDetails } from './details/stored-details.ts';
import { Line } from './line.ts';
import { parseRecord } from './parse-record.ts';
import type { SnapshotRequest } from './request.ts';
import { readChangeTally } from './stored-changes.ts';
import { NO_CHANGES } from './tally-changes.ts';

/** Scheduled time later than that of every snapshot. */
const END_MS = Date.parse('9999-12-31T23:59:59Z');

const NOT_KNOWN_BEFORE =
  `More than ${MAX_SKIPPED} snapshots on the way back do not know the count: its status or thing group was not asked ` +
  'for then, the group was missing, or, for an alarm on jobs that moved, the snapshot was compared with none or could not ' +
  'tell whether jobs moved. The alarm keeps its state until enough snapshots know it';

/**
 * Finds out from stored records whether a snapshot is the newest, and for each alarm how many consecutive snapshots, from the
 * newest back, break its threshold. A snapshot that is not the newest can be one of them: the run of the newest snapshot did
 * not see it. Nothing is read if nothing is requested. It never throws: the snapshot is complete, and unknown values are
 * reported as such.
 *
 * For an alarm it reads at most `forSnapshots` records plus {@link MAX_SKIPPED} without a known count; for an alarm on moved jobs
 * also their changes. It holds a few at a time. For rollouts it reads the details of the snapshot itself.
 */
export async function lookBack(
  request: SnapshotRequest,
  { record, outcome }: RecordedSnapshot,
  { clock, records, observer }: Ports,
  deadlineAt: number,
): Promise<void> {
  if (outcome === 'already-written') return;
  const alarms = (request.alarms ?? []).filter((alarm) => isCountKnown(alarm, record));
  const wantsMetrics = request.changeMetrics === true && record.change_count !== null;
  const wantsRollouts = request.details !== undefined && record.detail_count !== null;
  if (alarms.length === 0 && !wantsMetrics && !wantsRollouts && outcome === 'written') return;

  const beganAt = clock.monotonic();
  const timeoutError = () => outOfTimeError(request, clock.monotonic() - beganAt);
  let tallies = alarms.map((alarm) => new BreachTally(alarm));
  let isNewest: boolean | null = null;
  let changes: JudgedSnapshot['changes'];
  let error: Error | undefined;
  // Separate from the alarms, so that a failure of one does not affect the other.
  const rolloutsRead = wantsRollouts
    ? withDeadline(clock, deadlineAt, timeoutError, (signal) => readRollouts(request, record, records, signal)).catch(
        (thrown: Error) => thrown,
      )
    : undefined;
  try {
    await withDeadline(clock, deadlineAt, timeoutError, async (signal) => {
      if (wantsMetrics || alarms.some(isOfMoves)) changes = await readChangeTally(request, record, records, signal);
      const own = { record, changes };
      tallies = startTallies(alarms, own);
      if (tallies.length === 0 && outcome === 'written') return;
      isNewest = !(await records.hasLater(request, signal));
      if (isNewest) return await countBack(tallies, own, request, records, signal);
      const knownAlarms = tallies.map(({ alarm }) => alarm);
      if (knownAlarms.length === 0) return;
      // Counts that start from this snapshot are not valid, as it is not the newest. They are reset before anything can fail.
      tallies = knownAlarms.map((alarm) => new BreachTally(alarm));
      const newest = await findNewest(request, records, signal);
      const snapshot = await readJudged(newest, knownAlarms.some(isOfMoves), records, signal);
      tallies = startTallies(knownAlarms, snapshot);
      await countBack(tallies, snapshot, newest, records, signal);
    });
  } catch (thrown) {
    error = thrown as Error;
  }
  observer?.lookedBack?.({
    ...alarmFields(tallies, isNewest, error),
    ...(wantsMetrics && changeFields(changes, error)),
    ...rolloutFields(await rolloutsRead),
  });
}

/** Figures of the rollouts of a snapshot, from its details; `undefined` if none were requested. */
async function readRollouts(
  request: SnapshotRequest,
  record: SnapshotRecord,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<RolloutFigures | undefined> {
  const { details, rollouts } = request;
  if (!details) return undefined;
  const rows = await readDetails(request, record, records, signal);
  return rolloutFigures(rows, record, { details, ...(rollouts && { rollouts }) });
}

function rolloutFields(rollouts: RolloutFigures | Error | undefined): Pick<LookBack, 'rollouts' | 'rolloutsError'> {
  if (rollouts === undefined) return {};
  return rollouts instanceof Error ? { rolloutsError: rollouts } : { rollouts };
}

/** Whether a snapshot has the count of an alarm, as far as its record shows. */
function isCountKnown(alarm: CountedAlarm, record: SnapshotRecord): boolean {
  return verdictOf(alarm, { record, changes: record.change_count === null ? undefined : NO_CHANGES }) !== undefined;
}

/** Starts the tallies with the newest snapshot, for the alarms whose count it has, or would have if it could be read. */
function startTallies(alarms: readonly CountedAlarm[], snapshot: JudgedSnapshot): BreachTally[] {
  return alarms.flatMap((alarm) => {
    const verdict = verdictOf(alarm, snapshot);
    if (verdict === undefined) return [];
    const tally = new BreachTally(alarm);
    tally.add(verdict);
    return [tally];
  });
}

/** The newest snapshot of an export; the given one if there is none any more. */
async function findNewest(
  of: SnapshotIdentity,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<SnapshotIdentity> {
  for await (const newest of records.earlier({ ...of, scheduledAt: END_MS }, signal)) return newest;
  return of;
}

/** Goes back from the newest snapshot until every tally has ended. */
async function countBack(
  tallies: readonly BreachTally[],
  { record: newestRecord }: JudgedSnapshot,
  newest: SnapshotIdentity,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<void> {
  const areOpen = () => tallies.some(({ isOpen }) => isOpen);
  if (!areOpen()) return;
  const line = new Line();
  line.has(newestRecord);
  const stop = new AbortController();
  const ownSignal = AbortSignal.any([signal, stop.signal]);
  const read = (snapshot: SnapshotIdentity) => {
    const needsChanges = tallies.some(({ alarm, isOpen }) => isOpen && isOfMoves(alarm));
    return readJudged(snapshot, needsChanges, records, ownSignal);
  };
  try {
    for await (const snapshot of readAhead(records.earlier(newest, ownSignal), read)) {
      signal.throwIfAborted();
      const isInLine = line.has(snapshot.record);
      for (const tally of tallies) {
        tally.add(isOfMoves(tally.alarm) && !isInLine ? undefined : verdictOf(tally.alarm, snapshot));
      }
      if (!areOpen()) return;
    }
    for (const tally of tallies) tally.end();
  } finally {
    stop.abort();
  }
}

async function readJudged(
  snapshot: SnapshotIdentity,
  needsChanges: boolean,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<JudgedSnapshot> {
  const record = parsedRecord(await records.readText(snapshot, signal), snapshot);
  return { record, changes: needsChanges ? await readChangeTally(snapshot, record, records, signal) : undefined };
}

function parsedRecord(text: string, snapshot: SnapshotIdentity) {
  const result = parseRecord(text, snapshot);
  if ('record' in result) return result.record;
  throw new DamagedRecordError(
    `${recordKey(snapshot)} is not the record of its snapshot: it ${result.fault}. Something other than the exporter ` +
      'wrote or damaged it. Restore an earlier version of the object, or delete it',
  );
}

function alarmFields(tallies: readonly BreachTally[], isNewest: boolean | null, error: Error | undefined) {
  const inBreach = new Map<string, number>();
  const uncounted = new Map<string, string>();
  for (const { alarm, result, isGivenUp, error: own } of tallies) {
    const reason = own ?? (isGivenUp ? undefined : error);
    if (isNewest !== null && result !== undefined) inBreach.set(alarm.name, result);
    else uncounted.set(alarm.name, reason ? `${reason.name}: ${reason.message}` : NOT_KNOWN_BEFORE);
  }
  return { isNewest, inBreach, uncounted, ...(isNewest === null && error && { error }) };
}

function changeFields(
  changes: JudgedSnapshot['changes'],
  error: Error | undefined,
): Pick<LookBack, 'changes' | 'changesError'> {
  if (changes && !(changes instanceof Error)) return { changes: changes.jobs };
  const changesError = changes ?? error;
  return changesError ? { changesError } : {};
}

function outOfTimeError(request: SnapshotRequest, elapsedMs: number): OutOfTimeError {
  return new OutOfTimeError(
    `Out of time after ${Math.round(elapsedMs / 1000)} s, while records beside that of ${snapshotId(request)} were read. ` +
      'The snapshot is complete. Either S3 answers slowly, or the listings left no time: then raise callsPerSecond, or split ' +
      'the export',
  );
}

import { jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../contract/keys.ts';
import { mayOutlast } from '../contract/run-time.ts';
import { DamagedRecordError, ExporterError, OutOfTimeError, StoreUnavailableError } from '../errors.ts';
import type { ExportRecords, Ports } from '../ports.ts';
import { type Limits, withDeadline } from './deadline.ts';
import { parseRecord } from './parse-record.ts';
import type { Linked, Predecessor } from './predecessor.ts';
import { DamagedRowsError, readPreviousRows } from './previous-rows.ts';
import type { SnapshotRequest } from './request.ts';

/**
 * Time limit for reading the record and the rows of the predecessor, all retries included. If it is exceeded, the snapshot has
 * no predecessor. A run that may be longer than one invocation has no such limit: it may read millions of rows.
 */
const READ_MS = 60_000;
/**
 * Maximum share of the invocation's time for it, because the listing has to follow. A run that may be longer than one
 * invocation can list in the next one; after a restart there may be little time left in this one.
 */
const READ_SHARE = 0.25;
const READ_SHARE_OF_LONG_RUN = 0.75;
/** The store retries calls, but not a body that breaks off. Without these attempts, one such body would start all ages anew. */
const READ_ATTEMPTS = 3;

/** Earlier than every snapshot: no scheduled time is before 1970. */
const BEGINNING_MS = -1000;

/**
 * Finds the predecessor, the newest complete snapshot with an earlier scheduled time, and reads its rows.
 *
 * If they cannot be read, the run does not fail; its snapshot then has no changes.
 *
 * @throws an {@link ExporterError} when the keys of records cannot be listed; the signal's reason when it aborts
 */
export async function findPredecessor(
  request: SnapshotRequest,
  { clock, records, observer }: Pick<Ports, 'clock' | 'records' | 'observer'>,
  { signal, deadlineAt }: Limits,
): Promise<Predecessor> {
  if (await records.hasLater(request, signal)) return { reason: 'LATE' };
  const snapshot = await newestBefore(request, records, signal);
  if (snapshot === undefined) return { reason: 'FIRST' };
  observer?.previousReading?.(snapshotId(snapshot));
  const now = clock.monotonic();
  const [maxMs, share] = mayOutlast(request)
    ? [Number.POSITIVE_INFINITY, READ_SHARE_OF_LONG_RUN]
    : [READ_MS, READ_SHARE];
  const readMs = Math.min(maxMs, Math.max(0, deadlineAt - now) * share);
  const timeoutError = () =>
    new OutOfTimeError(`${jobsKey(snapshot)} was not read within ${Math.round(readMs / 1000)} s, all retries included`);
  try {
    return await withDeadline(clock, now + readMs, timeoutError, (ownSignal) =>
      readWithRetries(snapshot, records, AbortSignal.any([signal, ownSignal])),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ExporterError || error instanceof DamagedRowsError)) throw error;
    return { reason: 'UNREADABLE', snapshot, error };
  }
}

/** Whether another snapshot was completed since: one between the predecessor and this one, or a later or the same one. */
export async function isOvertaken(
  request: SnapshotRequest,
  predecessor: Predecessor,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<boolean> {
  if ('reason' in predecessor && predecessor.reason === 'LATE') return false;
  return await records.hasLater(predecessor.snapshot ?? { ...request, scheduledAt: BEGINNING_MS }, signal);
}

async function newestBefore(
  request: SnapshotRequest,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<SnapshotIdentity | undefined> {
  for await (const snapshot of records.earlier(request, signal)) return snapshot;
  return undefined;
}

async function readWithRetries(
  snapshot: SnapshotIdentity,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<Linked> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readSnapshot(snapshot, records, signal);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || attempt === READ_ATTEMPTS) throw error;
    }
  }
}

async function readSnapshot(snapshot: SnapshotIdentity, records: ExportRecords, signal: AbortSignal): Promise<Linked> {
  const parsed = parseRecord(await records.readText(snapshot, signal), snapshot);
  if ('fault' in parsed) throw new DamagedRecordError(`${recordKey(snapshot)} ${parsed.fault}`);
  const { record } = parsed;
  return { snapshot, record, jobs: await readPreviousRows(records.readRows(snapshot, signal), record) };
}

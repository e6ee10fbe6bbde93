import { recordKey, type SnapshotIdentity } from '../contract/keys.ts';
import { DamagedRecordError, ExporterError, OutOfTimeError } from '../errors.ts';
import type { ExportRecords, Ports } from '../ports.ts';
import { withDeadline } from './deadline.ts';
import { parseRecord } from './parse-record.ts';
import type { Linked, Predecessor } from './predecessor.ts';
import { DamagedRowsError, readPreviousRows } from './previous-rows.ts';
import type { SnapshotRequest } from './request.ts';

/** For the record and the rows of the snapshot before, all retries included. What is not read by then is not compared with. */
const READ_MS = 60_000;

/** Earlier than every snapshot: there is no scheduled time before 1970. */
const BEGINNING_MS = -1000;

/**
 * Finds the snapshot before, the newest complete one with an earlier scheduled time, and reads its rows.
 *
 * That they cannot be read does not fail the run: it says nothing of changes then.
 *
 * @throws an {@link ExporterError} when the keys of records cannot be listed; the signal's reason when it aborts
 */
export async function findPredecessor(
  request: SnapshotRequest,
  { clock, records }: Pick<Ports, 'clock' | 'records'>,
  signal: AbortSignal,
): Promise<Predecessor> {
  if (await records.hasLater(request, signal)) return { reason: 'LATE' };
  const snapshot = await newestBefore(request, records, signal);
  if (snapshot === undefined) return { reason: 'FIRST' };
  const tooLate = () => new OutOfTimeError(`They were not read within ${READ_MS / 1000} s`);
  try {
    return await withDeadline(clock, clock.monotonic() + READ_MS, tooLate, (ownSignal) =>
      readSnapshot(snapshot, records, AbortSignal.any([signal, ownSignal])),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ExporterError || error instanceof DamagedRowsError)) throw error;
    return { reason: 'UNREADABLE', snapshot, error };
  }
}

/** Whether another snapshot has come after the one before, and so stands between the two, or after this one. */
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

async function readSnapshot(snapshot: SnapshotIdentity, records: ExportRecords, signal: AbortSignal): Promise<Linked> {
  const parsed = parseRecord(await records.readText(snapshot, signal), snapshot);
  if ('fault' in parsed) throw new DamagedRecordError(`${recordKey(snapshot)} ${parsed.fault}`);
  const { record } = parsed;
  return { snapshot, record, jobs: await readPreviousRows(records.readRows(snapshot, signal), record) };
}

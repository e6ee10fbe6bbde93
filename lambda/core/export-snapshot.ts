import type { ExportAnswer } from '../contract/event.ts';
import { recordKey, snapshotId } from '../contract/keys.ts';
import { OutOfTimeError } from '../errors.ts';
import type { Ports, StandingSnapshot } from '../ports.ts';
import { VERSION } from '../version.ts';
import { listingDeadline, withDeadline } from './deadline.ts';
import { type CompressedRows, GzipRows } from './gzip-rows.ts';
import { listJobs } from './list-jobs.ts';
import { lookBack } from './look-back.ts';
import { outOfTime } from './out-of-time.ts';
import type { SnapshotRequest } from './request.ts';
import { recordLine } from './rows.ts';
import { beginRun, type RunState } from './run-state.ts';
import { completeStanding, storeSnapshot } from './store-snapshot.ts';

/**
 * Takes one snapshot, once: lists what was asked for and stores rows and record, or takes what another run of the same
 * scheduled time has stored. Whatever it throws, nothing that a query can see was left behind.
 *
 * @param deadlineAt when to be done, by the clock's monotonic time; `Infinity` for no limit
 * @throws an {@link ExporterError}
 */
export async function exportSnapshot(
  request: SnapshotRequest,
  ports: Ports,
  deadlineAt: number,
): Promise<ExportAnswer> {
  const { clock, store } = ports;
  const startedAt = clock.now();
  const beganAt = clock.monotonic();
  const storeTooLate = () => storeOutOfTime(request, clock.monotonic() - beganAt);

  const standing = await withDeadline(clock, deadlineAt, storeTooLate, (signal) =>
    completeStanding(request, store, signal),
  );
  if (standing) return await concluded(request, ports, standing, deadlineAt);

  const state = beginRun(request, startedAt);
  const rows = await collectRows(state, ports, beganAt, deadlineAt);
  // A clock that was set back must not make the run end before its last page.
  const finishedAt = Math.max(state.observedAt, clock.now());
  const record = recordLine(state, { startedAt, finishedAt }, rows, VERSION);
  const stored = await withDeadline(clock, deadlineAt, storeTooLate, (signal) =>
    storeSnapshot(request, rows, record, store, signal),
  );
  const { oldestInProgressAt } = state;
  return await concluded(request, ports, { ...stored, oldestInProgressAt }, deadlineAt);
}

async function concluded(
  request: SnapshotRequest,
  ports: Ports,
  snapshot: StandingSnapshot,
  deadlineAt: number,
): Promise<ExportAnswer> {
  ports.observer?.recordStands?.(snapshot);
  await lookBack(request, snapshot, ports, deadlineAt);
  const { record, outcome } = snapshot;
  return {
    snapshotId: snapshotId(request),
    objectKey: record.object_key,
    recordKey: recordKey(request),
    jobCount: record.job_count,
    outcome,
  };
}

async function collectRows(
  state: RunState,
  ports: Ports,
  beganAt: number,
  deadlineAt: number,
): Promise<CompressedRows> {
  const { clock, source } = ports;
  const rows = new GzipRows();
  const tooLate = () => outOfTime(state, source, clock.monotonic() - beganAt);
  try {
    const endsAt = listingDeadline(beganAt, deadlineAt);
    await withDeadline(clock, endsAt, tooLate, (signal) =>
      listJobs(state, ports, rows, { signal, deadlineAt: endsAt }),
    );
    return await rows.end();
  } finally {
    rows.destroy();
  }
}

function storeOutOfTime(request: SnapshotRequest, elapsedMs: number): OutOfTimeError {
  return new OutOfTimeError(
    `Out of time after ${Math.round(elapsedMs / 1000)} s, while the store was read or written for ` +
      `${snapshotId(request)}. It does not answer in time: look at the health of S3 and at the network, ` +
      'then run again with the same event; what was begun is completed or left unseen',
  );
}

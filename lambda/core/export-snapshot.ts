import type { CompletedAnswer } from '../contract/event.ts';
import { recordKey, snapshotId } from '../contract/keys.ts';
import { OutOfTimeError, OvertakenError } from '../errors.ts';
import type { Ports, PreviousSnapshot, StandingSnapshot } from '../ports.ts';
import { VERSION } from '../version.ts';
import { listingDeadline, withDeadline } from './deadline.ts';
import { findPredecessor, isOvertaken } from './find-predecessor.ts';
import { listJobs } from './list-jobs.ts';
import { lookBack } from './look-back.ts';
import { outOfTime } from './out-of-time.ts';
import { isLinked, type Predecessor } from './predecessor.ts';
import type { SnapshotRequest } from './request.ts';
import { recordLine } from './rows.ts';
import { beginRun, type RunState } from './run-state.ts';
import { ObjectWriter, type SnapshotObjects } from './snapshot-objects.ts';
import { completeStanding, storeSnapshot } from './store-snapshot.ts';

/**
 * Takes one snapshot, once: lists what was asked for and stores rows, changes and record, or takes what another run of the
 * same scheduled time has stored. Whatever it throws, nothing that a query can see was left behind.
 *
 * @param deadlineAt when to be done, by the clock's monotonic time; `Infinity` for no limit
 * @throws an {@link ExporterError}
 */
export async function exportSnapshot(
  request: SnapshotRequest,
  ports: Ports,
  deadlineAt: number,
): Promise<CompletedAnswer> {
  for (;;) {
    const snapshot = await takeSnapshot(request, ports, deadlineAt);
    if (snapshot) return await concluded(request, ports, snapshot, deadlineAt);
  }
}

/** The snapshot; `undefined` where another came in between, so that it has to be taken anew. */
async function takeSnapshot(
  request: SnapshotRequest,
  ports: Ports,
  deadlineAt: number,
): Promise<StandingSnapshot | undefined> {
  const { clock, store, records, observer } = ports;
  const startedAt = clock.now();
  const beganAt = clock.monotonic();
  const tooLate = () => storeOutOfTime(request, clock.monotonic() - beganAt);
  const withStore = <T>(work: (signal: AbortSignal) => Promise<T>) => withDeadline(clock, deadlineAt, tooLate, work);

  const standing = await withStore((signal) => completeStanding(request, store, signal));
  if (standing) return standing;

  const predecessor = await withStore((signal) => findPredecessor(request, ports, { signal, deadlineAt }));
  observer?.previousFound?.(previousOf(predecessor));

  const state = beginRun(request, startedAt, predecessor);
  const objects = await listInto(state, ports, beganAt, deadlineAt);
  if (await withStore((signal) => isOvertaken(request, predecessor, records, signal))) {
    // Perhaps by another run of this very snapshot: then it stands.
    const other = await withStore((signal) => completeStanding(request, store, signal));
    if (other) return other;
    if (clock.monotonic() - beganAt <= deadlineAt - clock.monotonic()) return undefined;
    throw overtaken(request);
  }
  // A clock that was set back must not make the run end before its last page.
  const finishedAt = Math.max(state.observedAt, clock.now());
  const record = recordLine(state, { startedAt, finishedAt }, objects, VERSION);
  const stored = await withStore((signal) => storeSnapshot(request, objects, record, store, signal));
  const { oldestInProgressAt } = state;
  return { ...stored, oldestInProgressAt };
}

async function concluded(
  request: SnapshotRequest,
  ports: Ports,
  snapshot: StandingSnapshot,
  deadlineAt: number,
): Promise<CompletedAnswer> {
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

async function listInto(state: RunState, ports: Ports, beganAt: number, deadlineAt: number): Promise<SnapshotObjects> {
  const { clock, source } = ports;
  const objects = new ObjectWriter();
  const tooLate = () => outOfTime(state, source, clock.monotonic() - beganAt);
  try {
    const endsAt = listingDeadline(beganAt, deadlineAt);
    await withDeadline(clock, endsAt, tooLate, (signal) =>
      listJobs(state, ports, objects, { signal, deadlineAt: endsAt }),
    );
    return await objects.end();
  } finally {
    objects.destroy();
  }
}

function previousOf(predecessor: Predecessor): PreviousSnapshot {
  if (isLinked(predecessor)) return { snapshotId: snapshotId(predecessor.snapshot), unlinkedReason: null };
  const { reason, error } = predecessor;
  return { snapshotId: null, unlinkedReason: reason, ...(error && { error }) };
}

function overtaken(request: SnapshotRequest): OvertakenError {
  return new OvertakenError(
    `Another snapshot of the export was completed while ${snapshotId(request)} was listed, so its changes would be against ` +
      'the wrong one. No time is left to list anew. Nothing was written; run again with the same event. If it stays, ' +
      'snapshots of this export run into each other: give them more time between, or split the export',
  );
}

function storeOutOfTime(request: SnapshotRequest, elapsedMs: number): OutOfTimeError {
  return new OutOfTimeError(
    `Out of time after ${Math.round(elapsedMs / 1000)} s, while the store was read or written for ` +
      `${snapshotId(request)}. It does not answer in time: look at the health of S3 and at the network, ` +
      'then run again with the same event; what was begun is completed or left unseen',
  );
}

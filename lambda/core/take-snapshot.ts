import type { Continuation } from '../contract/event.ts';
import { snapshotId } from '../contract/keys.ts';
import { mayOutlast, runMinutes } from '../contract/run-time.ts';
import {
  type ExporterError,
  OutOfTimeError,
  OvertakenError,
  StateMachineUnavailableError,
  StoreUnavailableError,
  ThingGroupDeletedError,
} from '../errors.ts';
import type { Ports, RecordedSnapshot } from '../ports.ts';
import { VERSION } from '../version.ts';
import { refuseSuperseded, unlessSuperseded } from './attempts.ts';
import { listingDeadline, withDeadline } from './deadline.ts';
import { isOvertaken } from './find-predecessor.ts';
import { type ListingRun, listJobs } from './list-jobs.ts';
import type { LongRun } from './long-run.ts';
import { outOfTimeError } from './out-of-time.ts';
import { type Pause, withPause } from './pause.ts';
import { progressOf } from './progress.ts';
import type { SnapshotRequest } from './request.ts';
import { recordLine } from './rows.ts';
import { UploadGoneError } from './rows-upload.ts';
import type { RunState } from './run-state.ts';
import { countsOf } from './saved-run.ts';
import { completeExisting, storeSnapshot } from './store-snapshot.ts';
import { putState, startNext } from './suspend-run.ts';
import { tryAbortUpload } from './try-abort-upload.ts';

/** Input and deadlines of one invocation. */
export interface Invocation {
  readonly request: SnapshotRequest;
  readonly ports: Ports;
  /** When the invocation has to end, in the clock's monotonic time. */
  readonly deadlineAt: number;
  /** When the time limit of the run ends: later than `deadlineAt` if another invocation may resume it. */
  readonly endsAt: number;
}

/**
 * Minimum time that a run must have after its invocation to be suspended only because of details, milliseconds. With less,
 * suspending would put the snapshot at risk.
 */
const MIN_REMAINING_MS = 120_000;

/** Describing leaves this multiple of the listing's duration for listing anew, which may be slower. */
const RELIST_FACTOR = 1.2;

interface TimedInvocation extends Invocation {
  /** When the invocation began or resumed the run, in the clock's monotonic time. */
  readonly beganAt: number;
  /** When all calls of AWS IoT have to end, so that time for the writes is left. */
  readonly listingEndsAt: number;
  /** Time spent only on describing, after the listing, milliseconds. */
  describingMs: number;
}

/** A run that was begun or resumed. */
export interface ActiveRun extends ListingRun {
  /** Absent if no other invocation can resume it. */
  readonly long?: LongRun;
}

/** A complete snapshot, the continuation of a suspended run, or `undefined` if the snapshot has to be taken anew. */
export type SnapshotResult = RecordedSnapshot | Continuation | undefined;

/**
 * Takes the snapshot, completes an existing one, or suspends the run.
 *
 * @param begin begins or resumes the run if the snapshot does not exist; or returns the continuation that already runs for it
 */
export async function takeSnapshot(
  invocation: Invocation,
  begin: () => Promise<ActiveRun | Continuation>,
): Promise<SnapshotResult> {
  const { request, ports } = invocation;
  const existing = await withStore(invocation, (signal) => completeExisting(request, ports.store, signal));
  if (existing) return existing;
  const beganAt = ports.clock.monotonic();
  const run = await begin();
  if (!('state' in run)) return run;
  const listingEndsAt = listingDeadline(ports.clock.monotonic(), invocation.deadlineAt);
  const timed = { ...invocation, beganAt, listingEndsAt, describingMs: 0 };
  try {
    const hasEnded = await abortUploadOnFailure(
      run,
      invocation,
      async () => (await list(run, timed)) && describe(run, timed),
    );
    if (!hasEnded) return await suspendRun(run, invocation);
    return await abortUploadOnFailure(run, invocation, () => store(run, timed));
  } catch (error) {
    if (error instanceof UploadGoneError)
      return restartOrThrow(run, timed, error.message, () => uploadLostError(error));
    // The listed jobs of the group are in the saved state, so each attempt to resume from it would fail here again.
    const { long } = run;
    if (error instanceof ThingGroupDeletedError && long) {
      await tryAbortUpload(ports.clock, (signal) => long.upload.abort(signal));
      return restartOrThrow(run, timed, 'A thing group was deleted while it was listed', () => error);
    }
    throw error;
  } finally {
    run.objects.destroy();
    run.details?.stop(new Error('The run has ended'));
  }
}

/** Runs `work` on the store until the deadline of the invocation. */
export function withStore<T>(invocation: Invocation, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const {
    ports: { clock },
    deadlineAt,
  } = invocation;
  const beganAt = clock.monotonic();
  return withDeadline(clock, deadlineAt, () => storeTimeoutError(invocation, clock.monotonic() - beganAt), work);
}

/** Runs `work` on the state machine until the deadline of the invocation. */
export function withContinuations<T>(
  { request, ports: { clock }, deadlineAt }: Invocation,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline(clock, deadlineAt, () => continuationsTimeoutError(request), work);
}

/** Lists the jobs; returns whether all listings have ended. */
async function list(run: ActiveRun, invocation: TimedInvocation): Promise<boolean> {
  const { state, long } = run;
  if (state.finishedAt !== undefined) return true;
  const { ports, deadlineAt, endsAt, listingEndsAt, request } = invocation;
  const { clock, source, store } = ports;
  const timeoutError = () => outOfTimeError(state, source, clock.now());
  const work = (signal: AbortSignal, at: number, pause?: Pause) =>
    listJobs(run, ports, { signal, deadlineAt: at }, pause);
  const listToEnd = (pause?: Pause) =>
    withDeadline(clock, listingEndsAt, timeoutError, (signal) => work(signal, listingEndsAt, pause));
  if (!long) return await listToEnd();
  const mayPause = endsAt > deadlineAt;
  const options = {
    clock,
    at: mayPause ? listingEndsAt : Number.POSITIVE_INFINITY,
    isFull: () => mayPause && long.upload.isFull,
    check: (signal: AbortSignal) => refuseSuperseded(long, request, store, signal),
  };
  // At the pause all calls of AWS IoT are abandoned, so what exceeds the deadline is a write.
  return await withPause(options, (pause) =>
    mayPause ? withStore(invocation, (signal) => work(signal, deadlineAt, pause)) : listToEnd(pause),
  );
}

/**
 * Describes the remaining jobs.
 *
 * It leaves as much time as the listing took: if another snapshot is completed while jobs are described, the run has to list
 * anew, and describing must not be the reason that there is no time for it.
 *
 * @returns whether describing has ended. If not, the run is suspended, as it has more time; otherwise jobs that were not
 * described are left out
 */
async function describe({ state, details, long }: ActiveRun, invocation: TimedInvocation): Promise<boolean> {
  if (!details) return true;
  const { request, ports, deadlineAt, endsAt, listingEndsAt } = invocation;
  const { clock, observer, store } = ports;
  const beganAt = clock.monotonic();
  // Without a deadline no time needs to be reserved.
  const writeReserveMs = Number.isFinite(deadlineAt) ? deadlineAt - listingEndsAt : 0;
  const describeUntil = endsAt - writeReserveMs - RELIST_FACTOR * listingMs(state, long, beganAt, invocation);
  const timeOver = new Error('The time for describing is over');
  try {
    await withDeadline(
      clock,
      Math.min(listingEndsAt, describeUntil),
      () => timeOver,
      (signal) => {
        const described = details.describeRest();
        return long ? unlessSuperseded(described, long, request, { store, clock }, signal) : described;
      },
    );
  } catch (error) {
    if (error !== timeOver) throw error;
    if (long && describeUntil > listingEndsAt && endsAt - deadlineAt >= MIN_REMAINING_MS) return false;
    details.giveUp();
  }
  invocation.describingMs = clock.monotonic() - beganAt;
  observer?.detailsEnded?.(details.result);
  return true;
}

/**
 * How long the listing took. For a long run the time of day is used, because the monotonic time differs between invocations.
 *
 * @param now end of the listing, in the clock's monotonic time
 */
function listingMs(
  { startedAt, finishedAt }: RunState,
  long: LongRun | undefined,
  now: number,
  { ports: { clock }, beganAt }: TimedInvocation,
): number {
  return long ? Math.max(0, (finishedAt ?? clock.now()) - startedAt) : now - beganAt;
}

async function suspendRun(run: ActiveRun, invocation: Invocation): Promise<Continuation> {
  const { ports, endsAt } = invocation;
  const { longRuns, observer, clock, source } = ports;
  const { long, state, details } = run;
  if (!long || !longRuns) throw new Error('A run paused that cannot be resumed');
  details?.stop(new Error('The run is suspended'));
  await abortUploadOnFailure(run, invocation, () =>
    withStore(invocation, (signal) => putState(long, run, ports, signal)),
  );
  const next = await withContinuations(invocation, (signal) =>
    startNext(long, state.request, { clock, longRuns }, signal),
  );
  // Otherwise the run of another delivery continues, and this one has ended.
  if (next.run === long.run) observer?.suspended?.(progressOf(long, state, source.counts, { clock, endsAt }));
  return next;
}

/** Stores the snapshot, unless another snapshot was completed since the predecessor was found. */
async function store(run: ActiveRun, invocation: TimedInvocation): Promise<SnapshotResult> {
  const { request, ports } = invocation;
  const { clock, source, records } = ports;
  const { state, objects, details, long } = run;
  return await withStore(invocation, async (signal) => {
    if (long) await refuseSuperseded(long, request, ports.store, signal);
    if (await isOvertaken(request, state.predecessor, records, signal)) {
      // It may be this snapshot, completed by another run.
      const other = await completeExisting(request, ports.store, signal);
      if (long) await tryAbortUpload(clock, (ownSignal) => long.upload.abort(ownSignal));
      return (
        other ??
        restartOrThrow(run, invocation, 'Another snapshot was completed in between', () => overtakenError(request))
      );
    }
    const finished = { ...(await objects.end(signal)), ...(details && { details: await details.object() }) };
    const record = recordLine(state, finished, VERSION);
    const stored = await storeSnapshot(
      request,
      { ...finished, details: finished.details?.object },
      record,
      ports.store,
      signal,
    );
    // Another run was first.
    if (long && stored.outcome !== 'written') await tryAbortUpload(clock, (ownSignal) => long.upload.abort(ownSignal));
    const { oldestInProgressAt } = state;
    return {
      ...stored,
      oldestInProgressAt,
      counts: countsOf(state, source.counts),
      ...(details && { details: details.result }),
    };
  });
}

/** Aborts the upload of a run that fails before it was suspended, or whose time is over: no invocation resumes it. */
async function abortUploadOnFailure<T>(
  { long }: ActiveRun,
  { ports: { clock } }: Invocation,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (long && (long.invocation === 1 || error instanceof OutOfTimeError))
      await tryAbortUpload(clock, (signal) => long.upload.abort(signal));
    throw error;
  }
}

/**
 * Returns `undefined`, so that the snapshot is taken anew, if at least as much time is left as the listing took; otherwise
 * throws. The time of describing does not count, because describing uses only the time that is left.
 */
function restartOrThrow(
  { state, long }: ActiveRun,
  invocation: TimedInvocation,
  reason: string,
  timeoutError: () => Error,
): undefined {
  const { ports, endsAt } = invocation;
  const { clock, observer } = ports;
  const now = clock.monotonic();
  const tookMs = listingMs(state, long, now - invocation.describingMs, invocation);
  if (tookMs > endsAt - now) throw timeoutError();
  observer?.restarted?.(reason);
  return undefined;
}

function overtakenError(request: SnapshotRequest): OvertakenError {
  return new OvertakenError(
    `Another snapshot of the export was completed while ${snapshotId(request)} was listed, or its jobs described, so its changes would be against ` +
      'the wrong one. No time is left to list anew. Nothing was written; run again with the same event. If it stays, ' +
      'snapshots of this export run into each other: give them more time between, or split the export',
  );
}

function uploadLostError(cause: UploadGoneError): StoreUnavailableError {
  return new StoreUnavailableError(
    `${cause.message}: a person or a lifecycle rule ended it, or S3 did after another write of the key. No time is left to ` +
      'list anew. Nothing was written; run again with the event of the snapshot',
    { cause },
  );
}

function continuationsTimeoutError(request: SnapshotRequest): StateMachineUnavailableError {
  return new StateMachineUnavailableError(
    `The invocation ended while Step Functions was asked about ${snapshotId(request)}. It does not answer in time: look at the ` +
      'AWS Health Dashboard, at the Region and at the network; the run begins anew with its next attempt',
  );
}

/**
 * The error of an invocation that ends while the store is read or written. If the run has more time, another attempt may
 * succeed, so it is not {@link OutOfTimeError}.
 */
function storeTimeoutError({ request, deadlineAt, endsAt }: Invocation, elapsedMs: number): ExporterError {
  const waited = `${Math.round(elapsedMs / 1000)} s`;
  const id = snapshotId(request);
  if (deadlineAt !== endsAt) {
    return new StoreUnavailableError(
      `The invocation ended after ${waited}, while the store was read or written for ${id}. It does not answer in time: look ` +
        'at the health of S3 and at the network. The run is tried again; if that fails, too, redrive its execution, or run ' +
        'again with the event of the snapshot; what was begun is completed or left unseen',
    );
  }
  if (mayOutlast(request)) {
    return new OutOfTimeError(
      `Out of time after ${waited}, while the store was read or written for ${id}: the run began long ago, and the ` +
        `${runMinutes(request)} minutes that it has are over. Raise maxRunMinutes of the export, or make it smaller; run again ` +
        'with the event of the snapshot, or redrive the execution, to take the snapshot anew; what was begun is completed or ' +
        'left unseen',
    );
  }
  return new OutOfTimeError(
    `Out of time after ${waited}, while the store was read or written for ${id}. It does not answer in time: look at the ` +
      'health of S3 and at the network, then run again with the same event; what was begun is completed or left unseen',
  );
}

import type { ThingStatus } from '../../lambda/contract/details.ts';
import type { AbortCriterion } from '../../lambda/ports.ts';
import { activeMs, type Lifecycle } from './lifecycle.ts';

/** Share of the done things that did not succeed, from 0 to 1. */
interface Failures {
  readonly share: number;
  /** Another share after this many done things. */
  readonly later?: { readonly afterThings: number; readonly share: number };
}

/**
 * Progress of the things of a job, decided when the job is created. Times are milliseconds in progress: they exclude
 * the time between maintenance windows.
 */
export interface Rollout {
  readonly things: number;
  /** Time until the last thing has begun. */
  readonly beginningMs: number;
  /** Time until the last thing is done, without a cancellation; at least {@link beginningMs}. */
  readonly durationMs: number;
  readonly failures: Failures;
  /** Share of done things at which the rollout stalls. @default 1, never */
  readonly stallsAt?: number;
  /** Whether a cancellation includes things in progress. */
  readonly isForceCanceled?: boolean;
  readonly description?: string;
  readonly maximumPerMinute?: number;
  readonly abortCriteria?: readonly AbortCriterion[];
  /** Without it, no thing times out. */
  readonly inProgressTimeoutMinutes?: number;
  readonly jobTemplate?: string;
  /** Destination package and version. */
  readonly packageVersion?: readonly [name: string, version: string];
  /** Reason of the cancellation. */
  readonly canceledFor?: { readonly reasonCode: string; readonly comment: string };
}

/** Share of FAILED among unsuccessful things. */
const FAILED = 0.7;
/** Share of TIMED_OUT among the rest, if the job has a timeout. */
const TIMED_OUT = 0.5;
/** Share of REJECTED among the rest; the others are REMOVED. */
const REJECTED = 0.6;
/** Maximum initial speed, as a multiple of the mean: progress slows down towards the end. */
const MAX_INITIAL_SPEED = 2.5;

/** The parts of a job that determine the progress of its things. */
export interface RolledOut {
  readonly lifecycle: Lifecycle;
  readonly rollout: Rollout;
}

export type ThingTally = Readonly<Record<ThingStatus, number>>;

/**
 * Number of things per status at an instant, in constant time.
 *
 * A thing goes from QUEUED to IN_PROGRESS to a final status; simulated jobs do not retry. A cancellation includes
 * queued things; a forced one also those in progress, which otherwise finish.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states", Job execution states; AWS IoT API Reference,
 * CancelJob.
 *
 * Things without an execution yet count as queued, which AWS does not document.
 */
export function thingsAt(job: RolledOut, instant: number): ThingTally {
  const { lifecycle, rollout } = job;
  const { things, isForceCanceled } = rollout;
  const isOver = instant >= lifecycle.endedAt;
  if (isOver && lifecycle.endsAs === 'COMPLETED') return tally(rollout, { begun: things, done: things, canceled: 0 });
  const { begun, done } = progress(rollout, activeMs(lifecycle, instant));
  if (!isOver) return tally(rollout, { begun, done, canceled: 0 });
  const { endedAt, settledAt } = lifecycle;
  const settled = instant < settledAt ? (instant - endedAt) / (settledAt - endedAt) : 1;
  if (isForceCanceled) return tally(rollout, { begun, done, canceled: Math.floor((things - done) * settled) });
  return tally(rollout, {
    begun,
    done: done + Math.floor((begun - done) * settled),
    canceled: Math.floor((things - begun) * settled),
  });
}

/** Things that have begun and things that are done, after a time in progress. Both never decrease. */
function progress({ things, beginningMs, durationMs, stallsAt = 1 }: Rollout, elapsedMs: number) {
  const begunShare = elapsedMs < beginningMs ? elapsedMs / beginningMs : Math.sign(elapsedMs);
  const remaining = 1 - Math.min(elapsedMs / durationMs, 1);
  // Done must not be faster than begun at first: 1 - remaining ** initialSpeed is below a line with slope `initialSpeed`.
  const initialSpeed = Math.max(1, Math.min(MAX_INITIAL_SPEED, (0.9 * durationMs) / beginningMs));
  const begun = Math.floor(things * begunShare);
  const done = Math.min(Math.floor(things * Math.min(1 - remaining ** initialSpeed, stallsAt)), begun);
  return { begun, done };
}

/** Queued things are canceled first, then those that have begun. */
function tally(rollout: Rollout, counts: { begun: number; done: number; canceled: number }): ThingTally {
  const { begun, done, canceled } = counts;
  const queued = rollout.things - begun;
  const canceledInProgress = Math.max(canceled - queued, 0);
  // Rounding is chosen so that no part decreases while the whole grows.
  const unsuccessful = unsuccessfulOf(rollout.failures, done);
  const failed = Math.ceil(unsuccessful * FAILED);
  const timedOut = Math.ceil(
    (unsuccessful - failed) * (rollout.inProgressTimeoutMinutes === undefined ? 0 : TIMED_OUT),
  );
  const rejected = Math.ceil((unsuccessful - failed - timedOut) * REJECTED);
  return {
    QUEUED: queued - (canceled - canceledInProgress),
    IN_PROGRESS: begun - done - canceledInProgress,
    SUCCEEDED: done - unsuccessful,
    FAILED: failed,
    REJECTED: rejected,
    TIMED_OUT: timedOut,
    REMOVED: unsuccessful - failed - timedOut - rejected,
    CANCELED: canceled,
  };
}

function unsuccessfulOf({ share, later }: Failures, done: number): number {
  const before = Math.min(done, later?.afterThings ?? done);
  return Math.floor(before * share) + Math.floor((done - before) * (later?.share ?? 0));
}

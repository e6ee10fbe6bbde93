import type { ThingStatus } from '../../lambda/contract/details.ts';
import type { AbortCriterion } from '../../lambda/ports.ts';
import { activeMs, type Lifecycle } from './lifecycle.ts';

/** How many of the things done did not succeed. Shares are of 0 to 1. */
interface Failures {
  readonly share: number;
  /** From so many things done on, the share among those that follow is another. */
  readonly later?: { readonly afterThings: number; readonly share: number };
}

/**
 * What the things of a job go through, decided when the job is made. Times are milliseconds that the job is in progress:
 * between two maintenance windows nothing moves.
 */
export interface Rollout {
  readonly things: number;
  /** From the start until the last thing has begun. */
  readonly beginningMs: number;
  /** From the start until the last thing is done, or would be if the job were not canceled: at least {@link beginningMs}. */
  readonly durationMs: number;
  readonly failures: Failures;
  /** Share of the things done after which nothing goes on. @default 1: it does to the end */
  readonly stallsAt?: number;
  /** Whether a cancel takes the things along that have begun. */
  readonly isForceCanceled?: boolean;
  readonly description?: string;
  readonly maximumPerMinute?: number;
  readonly abortCriteria?: readonly AbortCriterion[];
  /** Without it no thing times out. */
  readonly inProgressTimeoutMinutes?: number;
  readonly jobTemplate?: string;
  /** Package and version that it installs. */
  readonly packageVersion?: readonly [name: string, version: string];
  /** What a cancel says of itself. */
  readonly canceledFor?: { readonly reasonCode: string; readonly comment: string };
}

/** Of the things that did not succeed, how many failed by themselves; the others did in other ways. */
const FAILED = 0.7;
/** Of the rest, how many ran into the timeout of the job, where it has one. */
const TIMED_OUT = 0.5;
/** Of what is left, how many rejected the job; the others are not there any more. */
const REJECTED = 0.6;
/** At most so much faster than the mean things are done in the beginning: stragglers come last. */
const MAX_HASTE = 2.5;

/** A job, as far as its things follow from it. */
export interface RolledOut {
  readonly lifecycle: Lifecycle;
  readonly rollout: Rollout;
}

export type ThingTally = Readonly<Record<ThingStatus, number>>;

/**
 * How many things are in each status at an instant, in constant time.
 *
 * A thing goes from QUEUED to IN_PROGRESS to one of the ends, and nowhere from there: no simulated job retries. A cancel
 * takes those along that are queued, and those in progress where it is forced; else they come to their own end.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states", Job execution states; AWS IoT API Reference, CancelJob.
 *
 * Things to which nothing was rolled out yet count as queued, which AWS does not document.
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

/** Things that have begun, and those of them that are done, after so long in progress. Neither goes back. */
function progress({ things, beginningMs, durationMs, stallsAt = 1 }: Rollout, elapsedMs: number) {
  const begunShare = elapsedMs < beginningMs ? elapsedMs / beginningMs : Math.sign(elapsedMs);
  const left = 1 - Math.min(elapsedMs / durationMs, 1);
  // Begins to be done no faster than it begins: 1 - left ** haste is below a line of this slope.
  const haste = Math.max(1, Math.min(MAX_HASTE, (0.9 * durationMs) / beginningMs));
  const begun = Math.floor(things * begunShare);
  const done = Math.min(Math.floor(things * Math.min(1 - left ** haste, stallsAt)), begun);
  return { begun, done };
}

/** Canceled are those that are queued, and then those that have begun. */
function tally(rollout: Rollout, counts: { begun: number; done: number; canceled: number }): ThingTally {
  const { begun, done, canceled } = counts;
  const queued = rollout.things - begun;
  const canceledInProgress = Math.max(canceled - queued, 0);
  // Each is split in two of which none goes back as the whole grows.
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

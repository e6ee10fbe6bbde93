import { WRITE_RESERVE_MS } from '../contract/run-time.ts';
import type { Clock } from '../ports.ts';

/** Of the time that a short run has, the share that is kept back for the writes. */
const WRITE_SHARE = 0.2;

/** When the listing has to end so that the writes still fit before `deadlineAt`. */
export function listingDeadline(beganAt: number, deadlineAt: number): number {
  return deadlineAt - Math.min(WRITE_RESERVE_MS, Math.max(0, deadlineAt - beganAt) * WRITE_SHARE);
}

/** When work has to end. */
export interface Limits {
  /** Aborts then. */
  readonly signal: AbortSignal;
  /** By the clock's monotonic time. */
  readonly deadlineAt: number;
}

/**
 * Runs `work` with a signal that aborts at an instant of the clock's monotonic time. `work` is left at that moment,
 * whether or not it listens to the signal: a call that hangs does not hold the run.
 *
 * @param tooLate makes the error to reject with; asked at the last moment, so that it can say how far the work came
 */
export async function withDeadline<T>(
  clock: Clock,
  at: number,
  tooLate: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const expiry = new AbortController();
  const expired = expireAt(clock, at, timer.signal).then((): never => {
    const error = tooLate();
    expiry.abort(error);
    throw error;
  });
  try {
    return await Promise.race([expired, work(expiry.signal)]);
  } finally {
    expired.catch(() => {});
    timer.abort();
  }
}

/** Infinity means no deadline. */
function expireAt(clock: Clock, at: number, signal: AbortSignal): Promise<void> {
  if (at === Number.POSITIVE_INFINITY) return new Promise(() => {});
  return clock.sleep(Math.max(0, at - clock.monotonic()), signal);
}

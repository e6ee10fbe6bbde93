import { WRITE_RESERVE_MS } from '../contract/run-time.ts';
import type { Clock } from '../ports.ts';

/** Share of a short invocation's time that is reserved for the writes. */
const WRITE_SHARE = 0.2;

/** When the listing has to end, so that enough time for the writes is left before `deadlineAt`. */
export function listingDeadline(beganAt: number, deadlineAt: number): number {
  return deadlineAt - Math.min(WRITE_RESERVE_MS, Math.max(0, deadlineAt - beganAt) * WRITE_SHARE);
}

/** When work has to end. */
export interface Limits {
  /** Aborts at the deadline. */
  readonly signal: AbortSignal;
  /** The deadline, in the clock's monotonic time. */
  readonly deadlineAt: number;
}

/**
 * Runs `work` until a deadline. Its signal aborts at the deadline, and `work` is then no longer awaited, whether or not it
 * reacts to the signal: a call that hangs does not block the run.
 *
 * @param at the deadline, in the clock's monotonic time
 * @param timeoutError makes the error to reject with; called at the deadline, so that it can report how far the work came
 */
export async function withDeadline<T>(
  clock: Clock,
  at: number,
  timeoutError: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController();
  const expiry = new AbortController();
  const expired = expireAt(clock, at, timer.signal).then((): never => {
    const error = timeoutError();
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

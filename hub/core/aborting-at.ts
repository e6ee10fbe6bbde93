import { OutOfTimeError } from '../../lambda/errors.ts';
import type { Clock } from '../../lambda/ports.ts';

/**
 * Runs work with a signal that aborts at a time. Unlike `withDeadline` it waits for the work, whose remaining calls then fail,
 * and keeps its results so far.
 *
 * @param at by the clock's monotonic time; Infinity means no deadline
 */
export async function abortingAt<T>(clock: Clock, at: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const expiry = new AbortController();
  const ended = new AbortController();
  if (at !== Number.POSITIVE_INFINITY) {
    clock.sleep(Math.max(0, at - clock.monotonic()), ended.signal).then(
      () => expiry.abort(lookTimeout()),
      () => {},
    );
  }
  try {
    return await work(expiry.signal);
  } finally {
    ended.abort();
  }
}

export function lookTimeout(): OutOfTimeError {
  return new OutOfTimeError(
    'The look did not end before the function is stopped: look at the health of S3, AWS CloudFormation and AWS Glue and at ' +
      'the network; the next look begins again',
  );
}

import type { Context } from 'aws-lambda';
import { BadEnvironmentError } from './errors.ts';
import type { Clock } from './ports.ts';

/**
 * Kept back at the end of an invocation to say why it stopped. Lambda ends a function that runs into its timeout, and
 * gives it no time to write a line. Source: Lambda Developer Guide, "Understanding the Lambda execution environment
 * lifecycle", Shutdown phase.
 */
const LAST_WORDS_MS = 3000;

/** Account and Region that the function runs in, which are the ones it lists. */
export function whereOf({ invokedFunctionArn }: Context, region: string) {
  const accountId = /^arn:[^:]+:lambda:[^:]*:(\d{12}):/.exec(invokedFunctionArn)?.[1];
  if (accountId === undefined) {
    throw new BadEnvironmentError(`The function's ARN names no account: "${invokedFunctionArn}"`);
  }
  return { accountId, region };
}

/** When to be done, by the clock's monotonic time. */
export function deadlineOf(context: Context, clock: Clock): number {
  const remainingMs = context.getRemainingTimeInMillis();
  return clock.monotonic() + remainingMs - Math.min(LAST_WORDS_MS, remainingMs / 4);
}

import type { Context } from 'aws-lambda';
import { REPORT_RESERVE_MS } from './contract/run-time.ts';
import { BadEnvironmentError } from './errors.ts';
import type { Clock } from './ports.ts';

/** Account and Region of the function, whose jobs it lists. */
export function accountAndRegion({ invokedFunctionArn }: Context, region: string) {
  const accountId = /^arn:[^:]+:lambda:[^:]*:(\d{12}):/.exec(invokedFunctionArn)?.[1];
  if (accountId === undefined) {
    throw new BadEnvironmentError(`The function's ARN names no account: "${invokedFunctionArn}"`);
  }
  return { accountId, region };
}

/** Deadline of the invocation, by the clock's monotonic time. Time to write logs and metrics is left after it. */
export function deadlineOf(context: Context, clock: Clock): number {
  const remainingMs = context.getRemainingTimeInMillis();
  return clock.monotonic() + remainingMs - Math.min(REPORT_RESERVE_MS, remainingMs / 4);
}

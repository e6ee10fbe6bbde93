import type { Context } from 'aws-lambda';
import { REPORT_RESERVE_MS } from './contract/run-time.ts';
import { BadEnvironmentError } from './errors.ts';
import type { Clock } from './ports.ts';

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
  return clock.monotonic() + remainingMs - Math.min(REPORT_RESERVE_MS, remainingMs / 4);
}

/** Maximum duration of an invocation, milliseconds. Source: AWS Lambda Developer Guide, "Lambda quotas", function timeout. */
export const MAX_RUN_MS = 900_000;

/**
 * Time reserved at the end of an invocation to log why it stopped, milliseconds. Lambda terminates a function at its timeout
 * and leaves it no time to write a log line. Source: Lambda Developer Guide, "Understanding the Lambda execution environment
 * lifecycle", Shutdown phase.
 */
export const REPORT_RESERVE_MS = 3000;

/**
 * Time reserved for the writes, milliseconds. It suffices for three stalled uploads of rows, 18 seconds each, and a successful
 * one. With 30 seconds and an upload timeout of 120 seconds, one stalled upload lost the whole listing.
 */
export const WRITE_RESERVE_MS = 60_000;

/** Time for listing in an invocation of maximum duration, milliseconds. */
export const MAX_LISTING_MS = MAX_RUN_MS - REPORT_RESERVE_MS - WRITE_RESERVE_MS;

/** Default time limit of a run, minutes: one invocation. */
export const DEFAULT_RUN_MINUTES = MAX_RUN_MS / 60_000;
/** Maximum time limit of a run, minutes: a day. */
export const MOST_RUN_MINUTES = 1440;

/** Time limit of a run, minutes. */
export function runMinutes({
  maxRunMinutes = DEFAULT_RUN_MINUTES,
}: {
  readonly maxRunMinutes?: number | undefined;
}): number {
  return maxRunMinutes;
}

/** Whether a run may be longer than one invocation. */
export function mayOutlast(of: { readonly maxRunMinutes?: number | undefined }): boolean {
  return runMinutes(of) > DEFAULT_RUN_MINUTES;
}

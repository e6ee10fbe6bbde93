/** A function's life at most, milliseconds. Source: AWS Lambda Developer Guide, "Lambda quotas", function timeout. */
export const MAX_RUN_MS = 900_000;

/**
 * Kept back at the end of an invocation to say why it stopped. Lambda ends a function that runs into its timeout, and
 * gives it no time to write a line. Source: Lambda Developer Guide, "Understanding the Lambda execution environment
 * lifecycle", Shutdown phase.
 */
export const REPORT_RESERVE_MS = 3000;

/**
 * Kept back for the writes. It fits three uploads of rows that stall, 18 seconds each, and the one that passes: when it
 * was 30 seconds and an upload was given up after 120, one that stalled lost the whole listing.
 */
export const WRITE_RESERVE_MS = 60_000;

/** What a run of the longest life has for its calls, milliseconds. */
export const MAX_LISTING_MS = MAX_RUN_MS - REPORT_RESERVE_MS - WRITE_RESERVE_MS;

/** Minutes that a run has unless its export says otherwise: one invocation. */
export const DEFAULT_RUN_MINUTES = MAX_RUN_MS / 60_000;
/** Minutes that a run may have, at most: a day. */
export const MOST_RUN_MINUTES = 1440;

/** Minutes that a run has. */
export function runMinutes({
  maxRunMinutes = DEFAULT_RUN_MINUTES,
}: {
  readonly maxRunMinutes?: number | undefined;
}): number {
  return maxRunMinutes;
}

/** Whether a run may outlast an invocation. */
export function mayOutlast(of: { readonly maxRunMinutes?: number | undefined }): boolean {
  return runMinutes(of) > DEFAULT_RUN_MINUTES;
}

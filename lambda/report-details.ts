import type { Logger } from '@aws-lambda-powertools/logger';
import { reasonOf } from './errors.ts';
import type { DetailsResult, RolloutFigures, RolloutInTrouble } from './ports.ts';

/** Maximum of log lines per kind of rollout problem. The metrics have the total. */
const MAX_ROLLOUT_LINES = 10;

/** Logs a warning when details are incomplete. */
export function warnOfDetails(logger: Logger, { counts: _, error, ...numbers }: DetailsResult): void {
  if (numbers.leftOut === 0) return;
  logger.warn('Details are incomplete', { ...numbers, ...(error && { reason: reasonOf(error) }) });
}

/** Logs failing and stalling rollouts, worst first. */
export function warnOfRollouts(logger: Logger, { failing, stalling }: RolloutFigures): void {
  warnOfEach(logger, 'Rollout fails', failing);
  warnOfEach(logger, 'Rollout stalls', stalling);
}

/** The fields of the summary line about details. */
export function detailsLine({ counts, described, leftOut, gone, failed }: DetailsResult) {
  return { described, leftOut, gone, failed, calls: counts.calls, throttledCalls: counts.throttled };
}

function warnOfEach(logger: Logger, message: string, rollouts: readonly RolloutInTrouble[]): void {
  for (const { jobId, thingsExecuted, failedPercent, progressSince } of rollouts.slice(0, MAX_ROLLOUT_LINES)) {
    logger.warn(message, { jobId, thingsExecuted, failedPercent, progressSince });
  }
}

import * as v from 'valibot';
import { MAX_DETAILED_JOBS, MAX_MIN_THINGS, MAX_STALLED_HOURS } from './details.ts';
import { JOB_STATUSES } from './jobs.ts';
import { listOf, notEmpty, oneOf, refusal, rule, wholeNumber } from './rules.ts';

const PERCENT = 'must be a number above 0 up to 100';

/** Rules of the fields of details, the same in the event and in the configuration. */
export const detailsFields = {
  statuses: notEmpty(listOf(oneOf(JOB_STATUSES)), 'must name a status whose jobs are described'),
  maxJobs: wholeNumber(1, MAX_DETAILED_JOBS),
};

/**
 * Rules of the fields of rollouts, in the event and in the configuration. The configuration refuses a failedPercent of 100 as
 * well: no rollout fails more, so its alarm would never fire.
 */
export const rolloutsFields = {
  failedPercent: v.pipe(
    v.number((issue) => refusal(PERCENT, issue.input)),
    rule((value: number) => (value > 0 && value <= 100 ? undefined : PERCENT)),
  ),
  minThings: wholeNumber(1, MAX_MIN_THINGS),
  stalledHours: wholeNumber(1, MAX_STALLED_HOURS),
};

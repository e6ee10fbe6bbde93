import * as v from 'valibot';
import { MAX_DETAILED_JOBS, MAX_MIN_THINGS, MAX_STALLED_HOURS } from './details.ts';
import { JOB_STATUSES } from './jobs.ts';
import { listOf, notEmpty, oneOf, refusal, rule, wholeNumber } from './rules.ts';

const PERCENT = 'must be a number above 0 up to 100';

/** The fields of details, each by itself, as the event and the configuration have them alike. */
export const detailsFields = {
  statuses: notEmpty(listOf(oneOf(JOB_STATUSES)), 'must name a status whose jobs are described'),
  maxJobs: wholeNumber(1, MAX_DETAILED_JOBS),
};

/** The fields of rollouts, likewise. */
export const rolloutsFields = {
  failedPercent: v.pipe(
    v.number((issue) => refusal(PERCENT, issue.input)),
    rule((value: number) => (value > 0 && value <= 100 ? undefined : PERCENT)),
  ),
  minThings: wholeNumber(1, MAX_MIN_THINGS),
  stalledHours: wholeNumber(1, MAX_STALLED_HOURS),
};

import * as v from 'valibot';
import { MAX_DETAILED_JOBS, MAX_MIN_THINGS, MAX_STALLED_HOURS } from '../../lambda/contract/details.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { listOf, notEmpty, oneOf, refusal, rule } from '../../lambda/contract/rules.ts';
import type { DetailsOptions, RolloutOptions } from './details-config.ts';
import { number, object, wholeNumber } from './values.ts';

const NO_STATUS = 'must name a status, or be left out for IN_PROGRESS';

const detailsObject: v.GenericSchema<unknown, DetailsOptions> = object({
  statuses: v.optional(notEmpty(listOf(oneOf(JOB_STATUSES)), NO_STATUS)),
  maxJobs: v.optional(wholeNumber(1, MAX_DETAILED_JOBS)),
});

const detailsTrue = v.literal(true, (issue) =>
  refusal('must be true or an object such as { maxJobs: 200 }, or be left out for none', issue.input),
);

/** `true`, or which jobs are described. */
export const detailsSchema: v.GenericSchema<unknown, true | DetailsOptions> = v.lazy((input) =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? detailsObject : detailsTrue,
);

/** More decimals than a threshold is read with say nothing; more than 100 % of the things never fail. */
const isPercentage = (value: number) => value > 0 && value < 100 && Number(value.toFixed(2)) === value;

/** When a rollout counts as failing or stalled. */
export const rolloutsSchema: v.GenericSchema<unknown, RolloutOptions> = v.pipe(
  object({
    failedPercent: v.optional(number('a number above 0 and below 100, with two decimals at most', isPercentage)),
    minThings: v.optional(wholeNumber(1, MAX_MIN_THINGS)),
    stalledHours: v.optional(wholeNumber(1, MAX_STALLED_HOURS)),
  }),
  rule((rollouts: RolloutOptions) =>
    Object.values(rollouts).some((value) => value !== undefined)
      ? undefined
      : 'must name failedPercent, minThings or stalledHours, or be left out',
  ),
);

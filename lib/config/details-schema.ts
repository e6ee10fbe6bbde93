import * as v from 'valibot';
import { detailsFields, rolloutsFields } from '../../lambda/contract/details-rules.ts';
import { refusal, rule } from '../../lambda/contract/rules.ts';
import type { DetailsOptions, RolloutOptions } from './details-config.ts';
import { number, object } from './values.ts';

const detailsObject: v.GenericSchema<unknown, DetailsOptions> = object({
  statuses: v.optional(detailsFields.statuses),
  maxJobs: v.optional(detailsFields.maxJobs),
});

const detailsTrue = v.literal(true, (issue) =>
  refusal('must be true or an object such as { maxJobs: 200 }, or be left out for none', issue.input),
);

/** `true`, or an object with options. */
export const detailsSchema: v.GenericSchema<unknown, true | DetailsOptions> = v.lazy((input) =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? detailsObject : detailsTrue,
);

/** Above 0 and below 100, with two decimals at most. */
const isPercentage = (value: number) => value > 0 && value < 100 && Number(value.toFixed(2)) === value;

/** Options for rollouts, one at least. */
export const rolloutsSchema: v.GenericSchema<unknown, RolloutOptions> = v.pipe(
  object({
    failedPercent: v.optional(number('a number above 0 and below 100, with two decimals at most', isPercentage)),
    minThings: v.optional(rolloutsFields.minThings),
    stalledHours: v.optional(rolloutsFields.stalledHours),
  }),
  rule((rollouts: RolloutOptions) =>
    Object.values(rollouts).some((value) => value !== undefined)
      ? undefined
      : 'must name failedPercent, minThings or stalledHours, or be left out',
  ),
);

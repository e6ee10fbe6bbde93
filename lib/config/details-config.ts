import type { JobStatus } from '../../lambda/contract/jobs.ts';

/** Options for the jobs of a snapshot to describe, besides those that have ended since the previous snapshot. */
export interface DetailsOptions {
  /**
   * Statuses whose jobs are described. The export must list them.
   *
   * @default - IN_PROGRESS
   */
  readonly statuses?: readonly JobStatus[];
  /**
   * Maximum number of jobs that a run describes, a whole number from 1 to 10,000. Jobs that have ended come first, the
   * others take turns from one snapshot to the next. At `describeCallsPerSecond` they must fit into the minutes that a run
   * may take.
   *
   * @default 500
   */
  readonly maxJobs?: number;
}

/** Options for when a rollout counts as failing or stalled. At least one of the three is required. */
export interface RolloutOptions {
  /**
   * Percentage of failed things above which a rollout is failing: above 0 and below 100, with two decimals at most. Failed
   * are the things that failed the job, rejected it or timed out, among those that executed it. Canceled and removed things
   * did not execute it. It makes the alarm `rollout-failing`.
   *
   * @default - no such alarm
   */
  readonly failedPercent?: number;
  /**
   * Number of things that must have executed a job before `failedPercent` applies to it, a whole number from 1 to 1,000,000.
   *
   * @default 10
   */
  readonly minThings?: number;
  /**
   * Hours without a change in any number of things, while things have still to finish, after which a rollout is stalled: a
   * whole number from 1 to 2160. It makes the alarm `rollout-stalled`.
   *
   * @default - no such alarm; the metric uses 24 hours
   */
  readonly stalledHours?: number;
}

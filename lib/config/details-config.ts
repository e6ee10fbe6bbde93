import type { JobStatus } from '../../lambda/contract/jobs.ts';

/** Which jobs of a snapshot are described, besides those that have ended since the snapshot before. */
export interface DetailsOptions {
  /**
   * Statuses whose jobs are described, of those that the export lists.
   *
   * @default - IN_PROGRESS
   */
  readonly statuses?: readonly JobStatus[];
  /**
   * Jobs that a run describes at most, a whole number from 1 to 10,000: those that have ended come first, the others take
   * turns from one snapshot to the next. At `describeCallsPerSecond` they must fit into the minutes that a run may take.
   *
   * @default 500
   */
  readonly maxJobs?: number;
}

/** When a rollout counts as failing or stalled. One of the three is there. */
export interface RolloutOptions {
  /**
   * Percentage of the things that executed a job that failed, rejected it or timed out, above which its rollout fails:
   * above 0 and below 100, with two decimals at most. Things that were canceled or removed did not execute it. It makes
   * the alarm `rollout-failing`.
   *
   * @default - no such alarm
   */
  readonly failedPercent?: number;
  /**
   * Things that must have executed a job before its rollout is judged, a whole number from 1 to 1,000,000.
   *
   * @default 10
   */
  readonly minThings?: number;
  /**
   * Hours after which a rollout stalls of which things are still to come and no number has changed, a whole number from 1
   * to 2160. It makes the alarm `rollout-stalled`.
   *
   * @default - no such alarm; the metric counts from 24 hours on
   */
  readonly stalledHours?: number;
}

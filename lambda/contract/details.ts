import { JOB_STATUSES, type JobStatus } from './jobs.ts';

/** Which jobs of a snapshot are described, besides those that have ended since the snapshot before. */
export interface Details {
  /** Statuses whose jobs are described, of those that are listed. */
  readonly statuses: readonly JobStatus[];
  /** Jobs that are described at most, a whole number from 1 to {@link MAX_DETAILED_JOBS}. */
  readonly maxJobs: number;
}

/** When a rollout counts as failing or stalled. */
export interface Rollouts {
  /** Percentage of the things that executed a job that failed, above which its rollout fails: above 0 up to 100. Absent: none. */
  readonly failedPercent?: number;
  /** Things that must have executed a job before it is judged, a whole number from 1. Absent: {@link DEFAULT_MIN_THINGS}. */
  readonly minThings?: number;
  /** Hours without progress after which a rollout stalls, a whole number from 1. Absent: {@link DEFAULT_STALLED_HOURS}. */
  readonly stalledHours?: number;
}

/** `details: true` of a configuration. */
export const DEFAULT_DETAILS: Details = { statuses: ['IN_PROGRESS'], maxJobs: 500 };

/** At the default pace these take 33 minutes. They are held in memory. */
export const MAX_DETAILED_JOBS = 10_000;

/** With fewer, one thing that failed is many percent. */
export const DEFAULT_MIN_THINGS = 10;
export const DEFAULT_STALLED_HOURS = 24;
export const MAX_MIN_THINGS = 1_000_000;
/** A quarter: the counts of most rollouts change within days. */
export const MAX_STALLED_HOURS = 2160;

/**
 * Calls of DescribeJob per second that an account has in a Region by default; adjustable, shared by all callers.
 * Source: AWS General Reference, "AWS IoT Device Management endpoints and quotas", DescribeJob.
 */
export const DESCRIBE_JOB_QUOTA_PER_SECOND = 10;
/** Half of the default quota. */
export const DEFAULT_DESCRIBE_CALLS_PER_SECOND = 5;

/**
 * The statuses that the execution of a job on a thing may have.
 * Source: AWS IoT API Reference, JobExecutionSummary, status; JobProcessDetails.
 */
export const THING_STATUSES = [
  'QUEUED',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'REJECTED',
  'TIMED_OUT',
  'REMOVED',
  'CANCELED',
] as const;
/** A status of the execution of a job on a thing. */
export type ThingStatus = (typeof THING_STATUSES)[number];
/** Those from which nothing is to come; but a failed or timed out execution may be tried again. */
export const DONE_STATUSES: readonly ThingStatus[] = THING_STATUSES.filter(
  (status) => status !== 'QUEUED' && status !== 'IN_PROGRESS',
);

/** A column of job_details that counts things. */
export type ThingsColumn = `${Lowercase<ThingStatus>}_things`;

/** Column of job_details that counts the things in a status. */
export function thingsColumn(status: ThingStatus): ThingsColumn {
  return `${status.toLowerCase() as Lowercase<ThingStatus>}_things`;
}

/**
 * Statuses in which a job has ended. A canceled one may have executions in progress for a while.
 * Source: AWS IoT API Reference, CancelJob, force.
 */
export const ENDED_STATUSES: readonly JobStatus[] = ['COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];
export const STATUSES_BEFORE_THE_END: readonly JobStatus[] = JOB_STATUSES.filter(
  (status) => !ENDED_STATUSES.includes(status),
);

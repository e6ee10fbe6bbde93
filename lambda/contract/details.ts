import { JOB_STATUSES, type JobStatus } from './jobs.ts';

/** Which jobs of a snapshot are described, besides those that have ended since the predecessor snapshot. */
export interface Details {
  /** Statuses whose jobs are described. They must be listed too. */
  readonly statuses: readonly JobStatus[];
  /** Maximum number of described jobs, a whole number from 1 to {@link MAX_DETAILED_JOBS}. */
  readonly maxJobs: number;
}

/** When a rollout counts as failing or stalled. */
export interface Rollouts {
  /**
   * A rollout fails if more than this percentage of the things that executed it failed: a number above 0, at most 100.
   * Absent: no limit.
   */
  readonly failedPercent?: number;
  /** Things that must have executed a job before it is judged, a whole number from 1. Absent: {@link DEFAULT_MIN_THINGS}. */
  readonly minThings?: number;
  /** Hours without progress after which a rollout stalls, a whole number from 1. Absent: {@link DEFAULT_STALLED_HOURS}. */
  readonly stalledHours?: number;
}

/** `details: true` of a configuration. */
export const DEFAULT_DETAILS: Details = { statuses: ['IN_PROGRESS'], maxJobs: 500 };

/** They take 33 minutes at the default rate, and are held in memory. */
export const MAX_DETAILED_JOBS = 10_000;

/** With fewer things, a single failure is a high percentage. */
export const DEFAULT_MIN_THINGS = 10;
export const DEFAULT_STALLED_HOURS = 24;
export const MAX_MIN_THINGS = 1_000_000;
/** 90 days: the counts of most rollouts change within days. */
export const MAX_STALLED_HOURS = 2160;

/**
 * Default quota of DescribeJob calls per second, per account and Region. Adjustable; shared by all callers.
 * Source: AWS General Reference, "AWS IoT Device Management endpoints and quotas", DescribeJob.
 */
export const DESCRIBE_JOB_QUOTA_PER_SECOND = 10;
/** Half of the default quota. */
export const DEFAULT_DESCRIBE_CALLS_PER_SECOND = 5;

/**
 * The statuses of a job's execution on a thing.
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
/** Final statuses, except that a failed or timed out execution may be retried. */
export const DONE_STATUSES: readonly ThingStatus[] = THING_STATUSES.filter(
  (status) => status !== 'QUEUED' && status !== 'IN_PROGRESS',
);

/** A column of job_details that counts things. */
export type ThingsColumn = `${Lowercase<ThingStatus>}_things`;

/** The column of job_details that counts the things in a status. */
export function thingsColumn(status: ThingStatus): ThingsColumn {
  return `${status.toLowerCase() as Lowercase<ThingStatus>}_things`;
}

/**
 * Statuses in which a job has ended. A canceled job may still have executions in progress for a while.
 * Source: AWS IoT API Reference, CancelJob, force.
 */
export const ENDED_STATUSES: readonly JobStatus[] = ['COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];
export const STATUSES_BEFORE_THE_END: readonly JobStatus[] = JOB_STATUSES.filter(
  (status) => !ENDED_STATUSES.includes(status),
);

/**
 * The custom metrics that function, alarms and dashboard share. Their statistics do not change when a data point is written
 * twice.
 */
export const METRIC_NAMESPACE = 'IotJobsExporter';

export const METRICS = {
  /** Rows of a listing in the snapshot. Maximum. Dimensions Export, Status, and ThingGroup for a thing group. */
  jobCount: 'JobCount',
  /**
   * 1 for each complete snapshot, 0 for a run that failed. A run that finds the snapshot complete within
   * {@link ANSWER_LOST_MS} of its end also writes 1: the previous run may have failed only because the answer to its last put
   * was lost. Maximum. This metric and all below have the dimension Export.
   */
  snapshotCompleted: 'SnapshotCompleted',
  /** Milliseconds from the start of the run to the end of its last listing. */
  snapshotDuration: 'SnapshotDuration',
  /** Seconds from the scheduled time to the end of the last listing. */
  snapshotDelay: 'SnapshotDelay',
  /** Calls of ListJobs, retries included. */
  listJobsCalls: 'ListJobsCalls',
  /** Of these, throttled calls. */
  throttledCalls: 'ThrottledCalls',
  /** Percentage of throttled calls, 0 to 100. It is a metric of its own so that an alarm needs no metric math. */
  throttledPercent: 'ThrottledPercent',
  /**
   * Requested thing groups that do not exist. No data point if none is known to be missing and the check of some failed. Thing
   * groups by id without jobs do not count in either case.
   */
  missingThingGroups: 'MissingThingGroups',
  /**
   * 1 if the rows of the predecessor snapshot could not be read, so that all ages start anew and there are no changes; else 0.
   * No data point for a snapshot that did not look for a predecessor: a LATE one, or one of an older version.
   */
  previousUnreadable: 'PreviousUnreadable',
  /**
   * Seconds since the last update of the job in progress that was updated least recently; 0 if none is in progress. It does not
   * show whether devices work: AWS does not document that their work changes `lastUpdatedAt`, and in an example it equals
   * `createdAt` while an execution is younger (AWS IoT Developer Guide, "Create and manage jobs by using the AWS CLI").
   */
  oldestInProgressAge: 'OldestInProgressAge',
  /**
   * Jobs per kind of change. A job that changed in several scopes counts once. No data point for a snapshot without a
   * predecessor, nor for an export without `changeMetrics`. Maximum. Dimensions Export, Change.
   */
  jobChanges: 'JobChanges',
  /** Calls of DescribeJob, retries included. This metric and the five below: only exports with details. */
  describeJobCalls: 'DescribeJobCalls',
  /** Selected jobs that were not described. */
  detailsLeftOut: 'DetailsLeftOut',
  /**
   * 1 if describing ended early, or an existing job could not be described: DescribeJob was refused, throttled or failed
   * after all retries, or the time was over; else 0. More jobs than `maxJobs` and jobs that were deleted meanwhile are not
   * failures.
   */
  detailsFailed: 'DetailsFailed',
  /**
   * Things of the jobs in progress, by status of execution. No data point if a job was not described or has no counts, or a
   * thing group is or may be missing, because the sum would be incomplete. Maximum. Dimensions Export, ThingStatus.
   */
  thingsInStatus: 'ThingsInStatus',
  /**
   * Highest percentage of failures (FAILED, REJECTED, TIMED_OUT) among the things that executed a job, over the described jobs
   * that are in progress or have just ended and that at least `minThings` things executed; 0 if there is no such job. Things
   * that were canceled or removed did not execute it. No data point if there is no such job and a job was not described, or a
   * thing group is or may be missing.
   */
  worstFailedPercent: 'WorstFailedPercent',
  /**
   * Jobs in progress with things left to execute and no changed count for `stalledHours`. No data point if none is found and
   * for some jobs that is unknown.
   */
  stalledRollouts: 'StalledRollouts',
  /**
   * Consecutive snapshots, the newest included, in which the count of an alarm of the event breaks its threshold: 0 to the
   * alarm's `forSnapshots`. Snapshots without a known count are skipped. No data point if the count of the newest one is
   * unknown, or records cannot be read. Maximum. Dimensions Export, Alarm.
   */
  snapshotsInBreach: 'SnapshotsInBreach',
} as const;

export const DIMENSIONS = {
  export: 'Export',
  status: 'Status',
  thingGroup: 'ThingGroup',
  change: 'Change',
  alarm: 'Alarm',
  thingStatus: 'ThingStatus',
} as const;

/** Metrics that only some exports have, or that an export has several of. */
const OPTIONAL_METRICS: readonly string[] = [
  METRICS.jobCount,
  METRICS.oldestInProgressAge,
  METRICS.jobChanges,
  METRICS.snapshotsInBreach,
  METRICS.describeJobCalls,
  METRICS.detailsLeftOut,
  METRICS.detailsFailed,
  METRICS.thingsInStatus,
  METRICS.worstFailedPercent,
  METRICS.stalledRollouts,
];

/** Number of metrics that every export has exactly once. */
export const RUN_METRIC_COUNT = Object.values(METRICS).filter((name) => !OPTIONAL_METRICS.includes(name)).length;

/**
 * How long after the end of a snapshot a run that finds it complete still writes {@link METRICS.snapshotCompleted}. It covers
 * Lambda's two retries, which come after one and two minutes. A much later replay says nothing about the current state.
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
export const ANSWER_LOST_MS = 15 * 60_000;

/** What function, alarms and dashboard must agree on about the metrics. Statistics: those that a point written twice leaves as they are. */
export const METRIC_NAMESPACE = 'IotJobsExporter';

export const METRICS = {
  /** Rows of a listing: what the snapshot holds. Maximum. Dimensions Export, Status, and ThingGroup for a group's. */
  jobCount: 'JobCount',
  /** 1 for each record written. Maximum. This and all that follow: dimension Export. */
  snapshotCompleted: 'SnapshotCompleted',
  /** Milliseconds from the run's begin to its last listing's end. */
  snapshotDuration: 'SnapshotDuration',
  /** Seconds from the scheduled time to the last listing's end. */
  snapshotDelay: 'SnapshotDelay',
  /** Calls of ListJobs on the wire, retries too. */
  listJobsCalls: 'ListJobsCalls',
  /** Of these, answered with a throttle. */
  throttledCalls: 'ThrottledCalls',
  /** Their share, 0 to 100: a metric of its own, so that an alarm needs no metric math. */
  throttledPercent: 'ThrottledPercent',
  /**
   * Thing groups asked for that do not exist. No point where none is known to be missing and of some AWS IoT did not say
   * whether they exist. Groups by id without jobs are not among either.
   */
  missingThingGroups: 'MissingThingGroups',
  /**
   * Seconds since the job in progress that was updated least recently was updated; 0 where none is in progress. It is no
   * sign of devices at work: `lastUpdatedAt` stays while their executions go on (AWS IoT Developer Guide, "Create and
   * manage jobs by using the AWS CLI", where it equals `createdAt`).
   */
  oldestInProgressAge: 'OldestInProgressAge',
} as const;

export const DIMENSIONS = { export: 'Export', status: 'Status', thingGroup: 'ThingGroup' } as const;

/** Health metrics of an export, without {@link METRICS.jobCount} and {@link METRICS.oldestInProgressAge}. */
export const RUN_METRIC_COUNT = Object.keys(METRICS).length - 2;

/** What function, alarms and dashboard must agree on about the metrics. Statistics: those that a point written twice leaves as they are. */
export const METRIC_NAMESPACE = 'IotJobsExporter';

export const METRICS = {
  /** Rows of a listing: what the snapshot holds. Maximum. Dimensions Export, Status, and ThingGroup for a group's. */
  jobCount: 'JobCount',
  /**
   * 1 for each complete snapshot, 0 for a run that failed. A delivery that finds the snapshot complete, and that within
   * {@link ANSWER_LOST_MS}, writes 1, too: the run before it may have failed because the answer to its last put was lost.
   * Maximum. This and all that follow: dimension Export.
   */
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
   * 1 where the rows of the snapshot before could not be read, so that all ages begin anew and nothing is said of changes;
   * else 0. No point of a snapshot that did not look for one before it: a LATE one, or one of an older version.
   */
  previousUnreadable: 'PreviousUnreadable',
  /**
   * Seconds since the job in progress that was updated least recently was updated; 0 where none is in progress. It is no
   * sign of devices at work: `lastUpdatedAt` stays while their executions go on (AWS IoT Developer Guide, "Create and
   * manage jobs by using the AWS CLI", where it equals `createdAt`).
   */
  oldestInProgressAge: 'OldestInProgressAge',
  /**
   * Jobs of a kind of change: a job that changed in several scopes counts once. No point of a snapshot that was compared
   * with none, nor of an export that does not ask for them. Maximum. Dimensions Export, Change.
   */
  jobChanges: 'JobChanges',
  /** Calls of DescribeJob on the wire, retries too. This and the five that follow: of exports that ask for details alone. */
  describeJobCalls: 'DescribeJobCalls',
  /** Jobs that were to be described and are not. */
  detailsLeftOut: 'DetailsLeftOut',
  /**
   * 1 where describing ended early, or a job could not be described that is there: DescribeJob was refused, throttled or
   * failed through all retries, or the time was over; else 0. More jobs than `maxJobs`, or one that went meanwhile, are no failure.
   */
  detailsFailed: 'DetailsFailed',
  /**
   * Things of the jobs in progress by the status of their executions. No point where a job was left out, one says no
   * numbers, or a thing group is missing or may be: a sum of some is no count. Maximum. Dimensions Export, ThingStatus.
   */
  thingsInStatus: 'ThingsInStatus',
  /**
   * Highest percentage of the things that executed a job that failed, rejected it or timed out, over the jobs described that
   * are in progress or have just ended and that at least `minThings` things executed; 0 where there is none. Things that
   * were canceled or removed did not execute it. No point where there is none and a job was left out, or a thing group
   * is missing or may be.
   */
  worstFailedPercent: 'WorstFailedPercent',
  /**
   * Jobs in progress of which things are still to come and no number has changed for `stalledHours`. No point where none is
   * found, and of some that is not known.
   */
  stalledRollouts: 'StalledRollouts',
  /**
   * Snapshots on end, the newest included, in which the count of an alarm of the event breaks its threshold: 0 to the
   * alarm's `forSnapshots`. Snapshots in which the count is not known are passed over. No point where the newest one does
   * not know it, or where records cannot be read. Maximum. Dimensions Export, Alarm.
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

/** Metrics that not every export has, or that one has several of. */
const NOT_OF_EACH_RUN: readonly string[] = [
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

/** Health metrics of an export: each has one of each. */
export const RUN_METRIC_COUNT = Object.values(METRICS).filter((name) => !NOT_OF_EACH_RUN.includes(name)).length;

/**
 * For how long after a snapshot's end a delivery that finds it complete says so in {@link METRICS.snapshotCompleted}. It
 * fits Lambda's two retries, which come after one and two minutes. A replay much later says nothing of today.
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
export const ANSWER_LOST_MS = 15 * 60_000;

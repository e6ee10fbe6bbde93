/** Names of the function's environment variables. They configure the deployment; an export is configured by its event. */
export const ENVIRONMENT = {
  /** Bucket of the history. */
  bucketName: 'HISTORY_BUCKET',
  /** Region of that bucket, if it is not the function's. */
  bucketRegion: 'HISTORY_REGION',
  /** Calls of ListJobs per second, a positive decimal number. */
  callsPerSecond: 'LIST_JOBS_PER_SECOND',
  /** Calls of DescribeJob per second, a positive decimal number. Absent if no export requests details. */
  describeCallsPerSecond: 'DESCRIBE_JOB_PER_SECOND',
  /**
   * Object Lock of rows, changes, details and records: mode and days, `GOVERNANCE 365` or `COMPLIANCE 365`. Absent: none. The
   * bucket must have Object Lock enabled.
   */
  objectLock: 'OBJECT_LOCK',
  /** `NONE`: no custom metrics, which CloudWatch charges for. Absent: all. */
  metrics: 'METRICS',
  /** Glue database of the history. Only the hub's function has it. */
  databaseName: 'HISTORY_DATABASE',
  /** ARN of the state machine that continues runs longer than one invocation. Absent if no export has such runs. */
  stateMachineArn: 'STATE_MACHINE_ARN',
  /** Log level; Powertools reads it by itself. */
  logLevel: 'POWERTOOLS_LOG_LEVEL',
  /** Service name on each log line; Powertools reads it by itself. */
  serviceName: 'POWERTOOLS_SERVICE_NAME',
} as const;

/** Value of {@link ENVIRONMENT.metrics} that turns custom metrics off. */
export const NO_METRICS = 'NONE';

export type EnvironmentName = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];

/** The service's name in logs. */
export const SERVICE_NAME = 'iot-jobs-exporter';

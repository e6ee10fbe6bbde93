/** Names of the function's environment variables: what is of the deployment, not of an export. */
export const ENVIRONMENT = {
  /** Bucket of the history. */
  bucketName: 'HISTORY_BUCKET',
  /** Region of that bucket, where it is not the function's own. */
  bucketRegion: 'HISTORY_REGION',
  /** Calls of ListJobs per second, a positive decimal number. */
  callsPerSecond: 'LIST_JOBS_PER_SECOND',
  /** Calls of DescribeJob per second, a positive decimal number. Absent where no export asks for details. */
  describeCallsPerSecond: 'DESCRIBE_JOB_PER_SECOND',
  /**
   * Object Lock of rows, changes, details and records: mode and days, as `GOVERNANCE 365` or `COMPLIANCE 365`. Absent: none. The
   * bucket must have Object Lock enabled.
   */
  objectLock: 'OBJECT_LOCK',
  /** `NONE`: no custom metrics, which CloudWatch takes money for. Absent: all. */
  metrics: 'METRICS',
  /** Glue database of the history, of the hub's function alone. */
  databaseName: 'HISTORY_DATABASE',
  /** ARN of the state machine that goes on with runs that outlast an invocation. Absent where no export has such. */
  stateMachineArn: 'STATE_MACHINE_ARN',
  /** Log level; Powertools reads it by itself. */
  logLevel: 'POWERTOOLS_LOG_LEVEL',
  /** Service name on each log line; Powertools reads it by itself. */
  serviceName: 'POWERTOOLS_SERVICE_NAME',
} as const;

/** Value of {@link ENVIRONMENT.metrics} for no custom metrics. */
export const NO_METRICS = 'NONE';

export type EnvironmentName = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];

/** The service's name in logs. */
export const SERVICE_NAME = 'iot-jobs-exporter';

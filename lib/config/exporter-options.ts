import type { AlarmOptions } from './alarm-config.ts';
import type { ExportConfig } from './export-config.ts';

/** Numbers of days for which CloudWatch Logs can keep logs. Source: CloudWatch Logs API, PutRetentionPolicy. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
/** One of {@link LOG_RETENTION_DAYS}. */
export type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

/** Log levels, from the most to the fewest lines. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Options for an exporter, in one account and Region. */
export interface ExporterOptions extends AlarmOptions {
  /** The exports, at least one. */
  readonly exports: readonly ExportConfig[];
  /**
   * Maximum calls of ListJobs per second of each run. An account has 10 in a Region unless AWS raised the quota, which it
   * shares with all other callers of ListJobs. The calls of exports that run at the same time add up.
   *
   * @default 5
   */
  readonly callsPerSecond?: number;
  /**
   * Maximum calls of DescribeJob per second of each run of an export with `details`. An account has 10 in a Region unless
   * AWS raised the quota, which it shares with all other callers of DescribeJob. It is separate from that of ListJobs.
   *
   * @default 5
   */
  readonly describeCallsPerSecond?: number;
  /**
   * Log level of the function. The summary line of each run is INFO.
   *
   * @default INFO
   */
  readonly logLevel?: LogLevel;
  /**
   * Days for which CloudWatch keeps the function's logs, one of {@link LOG_RETENTION_DAYS}.
   *
   * @default 90
   */
  readonly logRetentionDays?: LogRetentionDays;
  /**
   * Memory of the function in MB, 128 to 10,240. It holds the ids of the jobs and the compressed rows, together about 80
   * bytes a job: a million jobs take 220 MB in all. With `maxRunMinutes` above 15 a run uploads its rows while it lists, and
   * holds about 30 bytes of ids a new job and 70 bytes for each job of the previous snapshot. More memory also means a faster
   * CPU, but a run waits for its rate limit most of the time.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Reserved concurrency of the function: the maximum number of invocations at the same time. With `maxRunMinutes` above 15
   * it must be at least 2. It is taken from the account's concurrency, of which 100 must stay unreserved: in a new account,
   * which may have 10 in all, a deployment that reserves even 1 fails.
   *
   * @default - the limit of the account
   */
  readonly reservedConcurrency?: number;
  /**
   * Whether there is a dashboard. CloudWatch charges $3 a month for each after the first three of an account.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * Whether the function writes custom metrics, for which CloudWatch charges $0.30 a month each. Without them `dashboard`
   * must be false, exports must have no `alarms`, `rollouts` and `metrics.changes`, and `disabledAlarms` must name
   * all of {@link ALARMS_ON_CUSTOM_METRICS}.
   *
   * @default true
   */
  readonly metrics?: boolean;
}

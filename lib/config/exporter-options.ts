import type { AlarmOptions } from './alarm-config.ts';
import type { ExportConfig } from './export-config.ts';

/** CloudWatch Logs keeps for these numbers of days, and no others. Source: CloudWatch Logs API, PutRetentionPolicy. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
/** One of {@link LOG_RETENTION_DAYS}. */
export type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

/** What the function can log, from most to least. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What one exporter, in one account and Region, is told. */
export interface ExporterOptions extends AlarmOptions {
  /** The exports, one or several. */
  readonly exports: readonly ExportConfig[];
  /**
   * Calls of ListJobs per second that each run allows itself. The account has 10 in a Region unless AWS raised it, and
   * shares them with everything else that lists jobs; exports that run together add up.
   *
   * @default 5
   */
  readonly callsPerSecond?: number;
  /**
   * Calls of DescribeJob per second that each run of an export with `details` allows itself. The account has 10 in a Region
   * unless AWS raised it, apart from those of ListJobs, and shares them with everything else that describes jobs.
   *
   * @default 5
   */
  readonly describeCallsPerSecond?: number;
  /**
   * What the function logs. Each run's summary line is INFO.
   *
   * @default INFO
   */
  readonly logLevel?: LogLevel;
  /**
   * Days for which CloudWatch keeps the function's logs, one of the numbers that it offers.
   *
   * @default 90
   */
  readonly logRetentionDays?: LogRetentionDays;
  /**
   * Memory of the function in MB, 128 to 10,240. A run waits on its rate limit most of the time; more memory buys room
   * for the ids seen and the compressed rows, together some 80 bytes a job, and a faster CPU. A million jobs take 220 MB
   * in all. A run that may outlast an invocation puts its rows while it lists, and holds some 25 bytes of ids a job and 60
   * bytes of each job of the snapshot before.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Runs at the same time at most; one that outlasts an invocation counts all the while, and needs 2. It takes from the
   * account's concurrency, of which 100 must stay unreserved: in a new account, which may have 10 in all, a deployment that
   * reserves even 1 fails.
   *
   * @default - no limit but the account's
   */
  readonly reservedConcurrency?: number;
  /**
   * Whether there is a dashboard. CloudWatch takes $3 a month for each after an account's first three.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * Whether the function writes custom metrics, for which CloudWatch takes $0.30 a month each. Without them there is no
   * dashboard and no alarm on them: not the count alarms and rollouts of exports, and of `disabledAlarms` all but
   * `function-failed`, `dead-letters`, `run-failed`, `undelivered`, `invocations-throttled` and `old-events` must be named.
   *
   * @default true
   */
  readonly metrics?: boolean;
}

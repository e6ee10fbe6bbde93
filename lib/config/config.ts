import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { AlarmOptions, CountAlarm, MetricsOptions } from './alarm-config.ts';
import type { Hub, Target } from './targets.ts';

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

/** Units of a rate. AWS takes the singular with 1 and the plural with all else. */
export type RateUnit = 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/** A recurring schedule as EventBridge Scheduler writes it. */
export type ScheduleExpression = `cron(${string})` | `rate(${number} ${RateUnit})`;

/** One export: what to list, and when. Each schedule makes one snapshot. */
export interface ExportConfig {
  /**
   * Name of the export: 1 to 63 of `a-z`, `0-9` and `-`, unique. It is part of every key, so a renamed export begins a
   * history of its own; keep the old name queryable with `retiredExports`.
   */
  readonly name: string;
  /**
   * When to take a snapshot, as EventBridge Scheduler writes it: `cron(0 * * * ? *)` or `rate(5 minutes)`.
   *
   * A cron has six fields (minutes, hours, day of month, month, day of week, year), one of the two days is `?`, and
   * Sunday is 1. A rate counts from the moment of the deployment, so prefer a cron where the time of day matters.
   */
  readonly schedule: ScheduleExpression;
  /**
   * Time zone of a cron, by its IANA name such as `Europe/Berlin`. Snapshots are named and dated in UTC all the same.
   *
   * @default UTC
   */
  readonly timeZone?: string;
  /**
   * Statuses to list.
   *
   * @default - all five
   */
  readonly statuses?: readonly JobStatus[];
  /**
   * Thing groups to list by name, each a scope of its own.
   *
   * @default - none: the account as a whole, unless `thingGroupIds` names some
   */
  readonly thingGroups?: readonly string[];
  /**
   * Thing groups to list by id, each a scope of its own.
   *
   * @default - none: the account as a whole, unless `thingGroups` names some
   */
  readonly thingGroupIds?: readonly string[];
  /**
   * List only jobs of this target selection.
   *
   * @default - both
   */
  readonly targetSelection?: TargetSelection;
  /**
   * List only jobs of this namespace. AWS IoT Greengrass alone uses them. Source: AWS IoT API Reference, ListJobs.
   *
   * @default - no filter
   */
  readonly namespaceId?: string;
  /**
   * Alarms on its counts of jobs.
   *
   * @default - none
   */
  readonly alarms?: readonly CountAlarm[];
  /**
   * What of it becomes metrics.
   *
   * @default - all
   */
  readonly metrics?: MetricsOptions;
}

/** What one exporter, in one account and Region, is told. */
export interface ExporterOptions extends AlarmOptions {
  /** The exports, one or several. */
  readonly exports: readonly ExportConfig[];
  /**
   * Calls of ListJobs per second that each run allows itself. The account has 10 in a Region unless AWS raised it, and
   * shares them with everything else that lists jobs; exports that start together add up.
   *
   * @default 5
   */
  readonly callsPerSecond?: number;
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
   * in all.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Runs at the same time at most. It takes from the account's concurrency, of which 100 must stay unreserved: in a new
   * account, which may have 10 in all, a deployment that reserves even 1 fails.
   *
   * @default - no limit but the account's
   */
  readonly reservedConcurrency?: number;
}

/** What the history is told. */
export interface HistoryOptions {
  /**
   * UTC date, `2026-01-01`, of the oldest data. A query sees nothing from before it, without an error; a query without
   * a condition on `dt` looks at every day since, so do not set it years too early.
   *
   * @default 2026-01-01
   */
  readonly historyStart?: string;
  /**
   * Names of exports that were taken out of `exports` but have a history. Without its name here a query no longer sees
   * it; the objects stay.
   *
   * @default - none
   */
  readonly retiredExports?: readonly string[];
  /**
   * Bytes that a query of an analyst may scan before Athena stops it, 10 MB or more. Athena costs $5 a TB.
   *
   * @default 10000000000 (10 GB)
   */
  readonly bytesScannedLimit?: number;
}

/** The configuration of a deployment. */
export interface ExporterConfig extends ExporterOptions, HistoryOptions {
  /**
   * Account and Region of one history for many accounts and Regions. Goes with `targets`.
   *
   * @default - the exporter and its history stand in one stack, where it is deployed
   */
  readonly history?: Hub;
  /**
   * Accounts and Regions to export. Goes with `history`.
   *
   * @default - the account and Region of the stack alone
   */
  readonly targets?: readonly Target[];
}

type WithDefaults<Options, Optional extends keyof Options> = Omit<Options, Optional> & {
  readonly [Key in Optional]-?: Exclude<Options[Key], undefined>;
};

/** {@link ExporterOptions}, checked, with the defaults filled in. */
export type CheckedExporterOptions = WithDefaults<
  ExporterOptions,
  'callsPerSecond' | 'logLevel' | 'logRetentionDays' | 'memorySize' | 'disabledAlarms' | 'alarmAfterMissedPeriods'
>;
/** {@link HistoryOptions}, checked, with the defaults filled in. */
export type CheckedHistoryOptions = WithDefaults<
  HistoryOptions,
  'historyStart' | 'retiredExports' | 'bytesScannedLimit'
>;
/** {@link ExporterConfig}, checked, with the defaults filled in. */
export type CheckedConfig = CheckedExporterOptions &
  CheckedHistoryOptions &
  Pick<ExporterConfig, 'history' | 'targets'>;

/**
 * Gives a configuration its type. It is checked when the app is synthesized.
 *
 * @example
 * export default defineConfig({ exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export function defineConfig(config: ExporterConfig): ExporterConfig {
  return config;
}

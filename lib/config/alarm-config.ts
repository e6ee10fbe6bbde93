import type { Comparison } from '../../lambda/contract/count-alarm.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';

export { COMPARISONS, type Comparison } from '../../lambda/contract/count-alarm.ts';

/**
 * ARN of an SNS topic in the Region of the alarm: CloudWatch cannot notify a topic in another Region. For several Regions
 * and accounts: a pattern with `{region}` and `{account}`, or an object with an ARN for each Region.
 */
export type TopicArn = string | Readonly<Record<string, string>>;

/** Properties of every alarm of an export. */
export interface AlarmOfAnExport {
  /**
   * Thing group, by the same name or id as in the export.
   *
   * @default - the account as a whole, for an export without thing groups
   */
  readonly thingGroup?: string;
  /** Comparison of the count with `threshold` at which the alarm goes off. */
  readonly comparison: Comparison;
  /**
   * Consecutive complete snapshots in which the comparison must hold, 1 to 1440.
   *
   * @default 1
   */
  readonly forSnapshots?: number;
  /**
   * Name of the alarm, which is part of its name in CloudWatch: 1 to 63 of `a-z`, `0-9` and `-`, unique in the export.
   *
   * @default - made of status, group and direction, such as `in-progress-fleet-eu-above` or `moved-to-canceled-above`
   */
  readonly name?: string;
  /**
   * SNS topic that the alarm notifies.
   *
   * @default - `alarmTopicArn`
   */
  readonly topicArn?: TopicArn;
}

/** An alarm on the number of jobs in a status. */
export interface StatusAlarm extends AlarmOfAnExport {
  /** Status whose jobs are counted. The export must list it. */
  readonly status: JobStatus;
  /** Not allowed: it belongs to {@link MovesAlarm}. @default - none */
  readonly movedTo?: never;
  /**
   * Count of jobs, a whole number from 0. Required unless `anomaly` is true.
   *
   * @default - none
   */
  readonly threshold?: number;
  /**
   * Whether the count is compared with the band of CloudWatch's anomaly detection instead of a threshold. The alarm then has
   * no `threshold` and no `forSnapshots`, and `comparison` is `>` (above the band) or `<` (below it).
   *
   * @default false
   */
  readonly anomaly?: boolean;
}

/**
 * An alarm on the number of jobs that reached a status since the previous snapshot: jobs that moved to it, and jobs created
 * since then that already have it.
 */
export interface MovesAlarm extends AlarmOfAnExport {
  /**
   * Status that the jobs reached. The export must list it. For COMPLETED, CANCELED and DELETION_IN_PROGRESS the export must
   * also list a status that precedes it; jobs that come from a status that is not listed are not counted.
   */
  readonly movedTo: JobStatus;
  /** Not allowed: it belongs to {@link StatusAlarm}. @default - none */
  readonly status?: never;
  /** Count of jobs, a whole number from 0. */
  readonly threshold: number;
  /** Not allowed: anomaly detection works on the number of jobs in a status only. @default - none */
  readonly anomaly?: never;
}

/** An alarm on a count of jobs of an export. */
export type CountAlarm = StatusAlarm | MovesAlarm;

/**
 * Alarms that exist unless `disabledAlarms` names them. `run-failed` exists where an export has `maxRunMinutes` above 15,
 * `details-failing` where an export has `details`, the others always.
 */
export const DEFAULT_ALARMS = [
  'snapshot-failed',
  'no-snapshot',
  'function-failed',
  'dead-letters',
  'run-failed',
  'undelivered',
  'invocations-throttled',
  'old-events',
  'missing-thing-group',
  'previous-unreadable',
  'details-failing',
  'throttled',
  'slow',
] as const;
/** One of {@link DEFAULT_ALARMS}. */
export type DefaultAlarm = (typeof DEFAULT_ALARMS)[number];

/** Alarms of {@link DEFAULT_ALARMS} on custom metrics, which the function writes. The others are on metrics of AWS. */
export const ALARMS_ON_CUSTOM_METRICS = [
  'snapshot-failed',
  'no-snapshot',
  'missing-thing-group',
  'previous-unreadable',
  'details-failing',
  'throttled',
  'slow',
] as const satisfies readonly DefaultAlarm[];

/** Custom metrics of an export, besides those of its runs. */
export interface MetricsOptions {
  /**
   * Whether there are metrics of the counts of each thing group: a custom metric for each group and status.
   *
   * @default true
   */
  readonly perThingGroup?: boolean;
  /**
   * Whether there are metrics of the numbers of jobs that appeared, moved to another status and vanished since the previous
   * snapshot: three custom metrics. Alarms with `movedTo` do not need them.
   *
   * @default false
   */
  readonly changes?: boolean;
}

/** Options for the alarms of an exporter. */
export interface AlarmOptions {
  /**
   * SNS topic that alarms notify.
   *
   * @default - a new topic in the stack, to subscribe to
   */
  readonly alarmTopicArn?: TopicArn;
  /**
   * E-mail addresses to subscribe to the stack's topic. AWS sends each of them a request to confirm the subscription, and
   * no notification before that. For one account: it cannot be used with `targets` or `alarmTopicArn`.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms to leave out, by name.
   *
   * @default - none
   */
  readonly disabledAlarms?: readonly DefaultAlarm[];
  /**
   * Periods of its schedule without a complete snapshot after which an export raises `no-snapshot`, and is late in a hub.
   *
   * @default 2
   */
  readonly alarmAfterMissedPeriods?: number;
}

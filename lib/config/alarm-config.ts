import type { Comparison } from '../../lambda/contract/count-alarm.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';

export { COMPARISONS, type Comparison } from '../../lambda/contract/count-alarm.ts';

/**
 * ARN of an SNS topic in the Region of the alarm; CloudWatch tells no other. For several Regions and accounts a pattern
 * with `{region}` and `{account}`, or an ARN for each Region, by its name.
 */
export type TopicArn = string | Readonly<Record<string, string>>;

/** What all alarms of an export have. */
export interface AlarmOfAnExport {
  /**
   * Thing group, by the name or id by which the export lists it.
   *
   * @default - the account as a whole, which an export without thing groups lists
   */
  readonly thingGroup?: string;
  /** How the count must stand to `threshold` for the alarm to go off. */
  readonly comparison: Comparison;
  /**
   * For how many complete snapshots on end, 1 to 1440.
   *
   * @default 1
   */
  readonly forSnapshots?: number;
  /**
   * Tells this alarm from others of the export, in its name: 1 to 63 of `a-z`, `0-9` and `-`, unique in the export.
   *
   * @default - made of status, group and direction, such as `in-progress-fleet-eu-above` or `moved-to-canceled-above`
   */
  readonly name?: string;
  /**
   * SNS topic that it tells.
   *
   * @default - that of all alarms
   */
  readonly topicArn?: TopicArn;
}

/** An alarm on the jobs that are in a status. */
export interface StatusAlarm extends AlarmOfAnExport {
  /** Status whose jobs are counted, one that the export lists. */
  readonly status: JobStatus;
  /** Of the other kind of alarm. @default - none */
  readonly movedTo?: never;
  /**
   * Count of jobs, a whole number from 0.
   *
   * @default - none: it must be there, unless `anomaly` is true
   */
  readonly threshold?: number;
  /**
   * Whether the count is held against what CloudWatch's anomaly detection expects instead of a threshold. It then has no
   * `threshold` and no `forSnapshots`, and `comparison` is `>` (above the band) or `<` (below it).
   *
   * @default false
   */
  readonly anomaly?: boolean;
}

/**
 * An alarm on the jobs that came to a status between a snapshot and the one before: those that moved there, and jobs created
 * since that are there already.
 */
export interface MovesAlarm extends AlarmOfAnExport {
  /**
   * Status that they came to, one that the export lists. For COMPLETED, CANCELED and DELETION_IN_PROGRESS it must list a
   * status from which jobs come there, too; what comes from one that it does not list is not counted.
   */
  readonly movedTo: JobStatus;
  /** Of the other kind of alarm. @default - none */
  readonly status?: never;
  /** Count of jobs, a whole number from 0. */
  readonly threshold: number;
  /** Of the other kind of alarm: anomaly detection knows counts alone. @default - none */
  readonly anomaly?: never;
}

/** An alarm on a count of jobs of an export. */
export type CountAlarm = StatusAlarm | MovesAlarm;

/**
 * Alarms that are there unless turned off: `run-failed` where a run may outlast an invocation, `details-failing` where an
 * export has `details`, the others anywhere.
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

/** Those of {@link DEFAULT_ALARMS} that watch what the function writes itself; the others watch metrics of AWS. */
export const ALARMS_ON_CUSTOM_METRICS = [
  'snapshot-failed',
  'no-snapshot',
  'missing-thing-group',
  'previous-unreadable',
  'details-failing',
  'throttled',
  'slow',
] as const satisfies readonly DefaultAlarm[];

/** What of an export becomes metrics. */
export interface MetricsOptions {
  /**
   * Whether the counts of each thing group do: a custom metric for each group and status.
   *
   * @default true
   */
  readonly perThingGroup?: boolean;
  /**
   * Whether the numbers of jobs that appeared, moved to another status and vanished since the snapshot before do: three
   * custom metrics. Alarms with `movedTo` do without them.
   *
   * @default false
   */
  readonly changes?: boolean;
}

/** Alarms of an exporter as a whole. */
export interface AlarmOptions {
  /**
   * SNS topic that alarms tell.
   *
   * @default - a topic of the stack, to which whoever is on call subscribes
   */
  readonly alarmTopicArn?: TopicArn;
  /**
   * Addresses that the stack's topic writes to. AWS sends each a message, in which the subscription must be confirmed
   * before anything is told. For one account; it does not go with `targets` or `alarmTopicArn`.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms to do without, by name.
   *
   * @default - none: all are there
   */
  readonly disabledAlarms?: readonly DefaultAlarm[];
  /**
   * Periods of its schedule after which an export without a complete snapshot raises `no-snapshot`, and is late to a hub.
   *
   * @default 2
   */
  readonly alarmAfterMissedPeriods?: number;
}

import type { Comparison } from '../../lambda/contract/count-alarm.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';

export { COMPARISONS, type Comparison } from '../../lambda/contract/count-alarm.ts';

/** An alarm on a count of jobs of an export. */
export interface CountAlarm {
  /** Status whose jobs are counted, one that the export lists. */
  readonly status: JobStatus;
  /**
   * Thing group, by the name or id by which the export lists it.
   *
   * @default - the account as a whole, which an export without thing groups lists
   */
  readonly thingGroup?: string;
  /** How the count must stand to `threshold` for the alarm to go off. */
  readonly comparison: Comparison;
  /** Count of jobs, a whole number from 0. */
  readonly threshold: number;
  /**
   * For how many snapshots on end. The schedule's longest period times this is at most 7 days, or 1 day where the
   * period is under an hour: CloudWatch looks back no further.
   *
   * @default 1
   */
  readonly forSnapshots?: number;
  /**
   * Tells this alarm from others of the export, in its name: 1 to 63 of `a-z`, `0-9` and `-`, unique in the export.
   *
   * @default - made of status, group, comparison and threshold
   */
  readonly name?: string;
  /**
   * ARN of the SNS topic that it tells.
   *
   * @default - that of all alarms
   */
  readonly topicArn?: string;
}

/** Alarms that are there unless turned off. */
export const STANDING_ALARMS = [
  'no-snapshot',
  'function-failed',
  'dead-letters',
  'missing-thing-group',
  'throttled',
  'slow',
] as const;
/** One of {@link STANDING_ALARMS}. */
export type StandingAlarm = (typeof STANDING_ALARMS)[number];

/** What of an export becomes metrics. */
export interface MetricsOptions {
  /**
   * Whether the counts of each thing group do: a custom metric for each group and status.
   *
   * @default true
   */
  readonly perThingGroup?: boolean;
}

/** Alarms of an exporter as a whole. */
export interface AlarmOptions {
  /**
   * ARN of the SNS topic that alarms tell.
   *
   * @default - a topic of the stack, to which whoever is on call subscribes
   */
  readonly alarmTopicArn?: string;
  /**
   * Alarms to do without, by name.
   *
   * @default - none: all are there
   */
  readonly disabledAlarms?: readonly StandingAlarm[];
  /**
   * Periods of its schedule after which an export without a complete snapshot raises `no-snapshot`.
   *
   * @default 2
   */
  readonly alarmAfterMissedPeriods?: number;
}

import type { JobStatus, TextRule } from './jobs.ts';

/** How a count can stand to its threshold. */
export const COMPARISONS = ['>', '>=', '<', '<='] as const;
/** One of {@link COMPARISONS}. */
export type Comparison = (typeof COMPARISONS)[number];

/**
 * Characters of an alarm's name. It is the value of a metric's dimension, too, which must be ASCII without control
 * characters, with one that is no space, and may have 1,024.
 * Source: Amazon CloudWatch API Reference, PutMetricAlarm, AlarmName; Dimension, Value.
 */
export const ALARM_NAME: TextRule = {
  pattern: /^(?=.*[!-~])[ -~]{1,255}$/,
  mustBe: "an alarm's name: 1 to 255 printable ASCII characters, not spaces alone",
};

/** Threshold at most: far above the jobs of any account. */
export const MAX_THRESHOLD = 1_000_000_000;

/** Of one snapshot CloudWatch judges the count itself. */
export const MIN_COUNTED_SNAPSHOTS = 2;
/** A day of the shortest schedule, once a minute. It bounds what a run reads. */
export const MAX_COUNTED_SNAPSHOTS = 1440;

/**
 * An alarm on a count of jobs that has to break its threshold in several snapshots on end. The function counts these
 * snapshots, because CloudWatch counts periods.
 */
export interface CountedAlarm {
  /** Name of the alarm: 1 to 255 printable ASCII characters. It becomes the dimension `Alarm` of the metric. */
  readonly name: string;
  /** Status whose jobs are counted, one that the event asks for. */
  readonly status: JobStatus;
  /** Thing group by name or id, as the event lists it. Absent: the account as a whole. */
  readonly thingGroup?: string;
  /** How the count must stand to `threshold` to break it. */
  readonly comparison: Comparison;
  /** Jobs, a whole number from 0 to 1,000,000,000. */
  readonly threshold: number;
  /** Snapshots on end that must break the threshold, a whole number from 2 to 1440. */
  readonly forSnapshots: number;
}

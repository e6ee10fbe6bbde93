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

/** Of one snapshot CloudWatch judges the jobs in a status itself: there is a metric of them. */
export const MIN_COUNTED_SNAPSHOTS = 2;
/** A day of the shortest schedule, once a minute. It bounds what a run reads. */
export const MAX_COUNTED_SNAPSHOTS = 1440;

interface CountedByTheFunction {
  /** Name of the alarm: 1 to 255 printable ASCII characters. It becomes the dimension `Alarm` of the metric. */
  readonly name: string;
  /** Thing group by name or id, as the event lists it. Absent: the account as a whole. */
  readonly thingGroup?: string;
  /** How the count must stand to `threshold` to break it. */
  readonly comparison: Comparison;
  /** Jobs, a whole number from 0 to 1,000,000,000. */
  readonly threshold: number;
}

/** An alarm on the jobs that are in a status, which has to break its threshold in several snapshots on end. */
export interface CountedStatusAlarm extends CountedByTheFunction {
  /** Status whose jobs are counted, one that the event asks for. */
  readonly status: JobStatus;
  /** Snapshots on end that must break the threshold, a whole number from 2 to 1440. */
  readonly forSnapshots: number;
}

/**
 * An alarm on the jobs that came to a status between a snapshot and the one before: those that moved there, and new ones
 * that are there already.
 */
export interface CountedMovesAlarm extends CountedByTheFunction {
  /** Status that the jobs came to, one that the event asks for. */
  readonly movedTo: JobStatus;
  /** Snapshots on end that must break the threshold, a whole number from 1 to 1440. */
  readonly forSnapshots: number;
}

/** An alarm for which the function counts the snapshots on end that break its threshold, because CloudWatch counts periods. */
export type CountedAlarm = CountedStatusAlarm | CountedMovesAlarm;

/** Whether an alarm is on jobs that came to a status. */
export function isOfMoves(alarm: CountedAlarm): alarm is CountedMovesAlarm {
  return 'movedTo' in alarm;
}

/** The status that must be listed for an alarm's count to be known. */
export function listedStatus(alarm: CountedAlarm): JobStatus {
  return isOfMoves(alarm) ? alarm.movedTo : alarm.status;
}

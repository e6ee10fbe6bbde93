import type { JobStatus, TextRule } from './jobs.ts';

/** Comparisons of a count with a threshold. */
export const COMPARISONS = ['>', '>=', '<', '<='] as const;
/** One of {@link COMPARISONS}. */
export type Comparison = (typeof COMPARISONS)[number];

/**
 * Characters of an alarm's name. The name is also the value of a metric dimension: 1,024 ASCII characters at most, no control
 * characters, at least one that is not a space.
 * Source: Amazon CloudWatch API Reference, PutMetricAlarm, AlarmName; Dimension, Value.
 */
export const ALARM_NAME: TextRule = {
  pattern: /^(?=.*[!-~])[ -~]{1,255}$/,
  mustBe: "an alarm's name: 1 to 255 printable ASCII characters, not spaces alone",
};

/** Maximum threshold: far above the jobs of any account. */
export const MAX_THRESHOLD = 1_000_000_000;

/** For a single snapshot CloudWatch evaluates the metric of the jobs in a status itself. */
export const MIN_COUNTED_SNAPSHOTS = 2;
/** One day of the shortest schedule, once a minute. It limits what a run reads. */
export const MAX_COUNTED_SNAPSHOTS = 1440;

interface CountedByTheFunction {
  /** Name of the alarm: 1 to 255 printable ASCII characters. It becomes the dimension `Alarm` of the metric. */
  readonly name: string;
  /** Thing group by name or id, as the event lists it. Absent: account-wide. */
  readonly thingGroup?: string;
  /** How the count is compared with `threshold`. */
  readonly comparison: Comparison;
  /** Jobs, a whole number from 0 to 1,000,000,000. */
  readonly threshold: number;
}

/** An alarm on the number of jobs in a status over several consecutive snapshots. */
export interface CountedStatusAlarm extends CountedByTheFunction {
  /** Status whose jobs are counted, one that the event requests. */
  readonly status: JobStatus;
  /** Consecutive snapshots that must break the threshold, a whole number from 2 to 1440. */
  readonly forSnapshots: number;
}

/**
 * An alarm on the number of jobs that came to a status between a snapshot and its predecessor: jobs that moved to it and new
 * jobs that are already in it.
 */
export interface CountedMovesAlarm extends CountedByTheFunction {
  /** Status that the jobs came to, one that the event requests. */
  readonly movedTo: JobStatus;
  /** Consecutive snapshots that must break the threshold, a whole number from 1 to 1440. */
  readonly forSnapshots: number;
}

/** An alarm for which the function counts consecutive snapshots in breach: CloudWatch can only count periods. */
export type CountedAlarm = CountedStatusAlarm | CountedMovesAlarm;

/** Whether an alarm counts the jobs that came to a status. */
export function isOfMoves(alarm: CountedAlarm): alarm is CountedMovesAlarm {
  return 'movedTo' in alarm;
}

/** The status that must be listed so that an alarm's count is known. */
export function listedStatus(alarm: CountedAlarm): JobStatus {
  return isOfMoves(alarm) ? alarm.movedTo : alarm.status;
}

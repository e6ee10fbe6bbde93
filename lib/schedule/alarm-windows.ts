import type { ExportConfig } from '../config/config.ts';
import { longestPeriodMs, parseSchedule } from './schedule.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How long after its scheduled time a snapshot may be complete and is still no cause to wake anyone: a run's longest. */
const RUN_SECONDS = 15 * MINUTE;

/** Periods of a CloudWatch alarm. */
export interface AlarmWindow {
  /** Length of a period. */
  readonly periodSeconds: number;
  /** Periods that the alarm looks at. */
  readonly evaluationPeriods: number;
}

/** Looking at the runs of a cron takes some 100 ms, and the exporters of hundreds of accounts have the same schedules. */
const longestPeriods = new Map<string, number>();

/** The longest time between two runs, in whole minutes, as seconds. Infinite for a single run. */
export function longestPeriodSeconds({ schedule, timeZone }: Pick<ExportConfig, 'schedule' | 'timeZone'>): number {
  const key = `${schedule} ${timeZone}`;
  const known =
    longestPeriods.get(key) ?? Math.ceil(longestPeriodMs(parseSchedule(schedule, timeZone)) / 60_000) * MINUTE;
  longestPeriods.set(key, known);
  return known;
}

/** Seconds that an alarm of this period may look back. Source: CloudWatch API Reference, PutMetricAlarm. */
export function furthestLookBack(periodSeconds: number): number {
  return periodSeconds < HOUR ? DAY : 7 * DAY;
}

/** A period per snapshot; `undefined` where CloudWatch does not look back so far. */
export function countWindow(config: ExportConfig, forSnapshots: number): AlarmWindow | undefined {
  const periodSeconds = longestPeriodSeconds(config);
  const fits = periodSeconds * forSnapshots <= furthestLookBack(periodSeconds);
  return fits ? { periodSeconds, evaluationPeriods: forSnapshots } : undefined;
}

/**
 * So long that a snapshot that is merely late ends within it: the schedule periods and a run's time. In short periods,
 * for CloudWatch also looks at a few before those asked for, and an old snapshot among them would put the alarm off.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data"; how many is not said.
 *
 * @returns `undefined` where CloudWatch does not look back so far
 */
export function freshnessWindow(config: ExportConfig, missedPeriods: number): AlarmWindow | undefined {
  const seconds = longestPeriodSeconds(config) * missedPeriods + RUN_SECONDS;
  if (seconds > 7 * DAY) return undefined;
  const periodSeconds = seconds <= DAY ? Math.ceil(seconds / 24 / MINUTE) * MINUTE : HOUR;
  const evaluationPeriods = Math.ceil(seconds / periodSeconds);
  const fits = periodSeconds * evaluationPeriods <= furthestLookBack(periodSeconds);
  return fits
    ? { periodSeconds, evaluationPeriods }
    : { periodSeconds: HOUR, evaluationPeriods: Math.ceil(seconds / HOUR) };
}

import { runMinutes } from '../lambda/contract/run-time.ts';
import { type Gaps, gapsOf } from './gaps.ts';
import { parseSchedule } from './schedule.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Longest window of an alarm. Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods. */
const MAX_WINDOW_SECONDS = 7 * DAY;
/**
 * Added to the minutes of a run: the minute within which EventBridge Scheduler invokes, and the delay of the metric. Also the
 * minimum between the ends of two snapshots for which a period of five minutes is used.
 */
const MARGIN_SECONDS = 5 * MINUTE;

/** Periods of a CloudWatch alarm. */
export interface AlarmWindow {
  /** Length of a period. */
  readonly periodSeconds: number;
  /** Periods that the alarm looks at. */
  readonly evaluationPeriods: number;
  /** How many of them must breach. */
  readonly datapointsToAlarm: number;
}

/**
 * A window of an alarm that is evaluated every minute. It is longer than an hourly evaluated alarm takes to see a new snapshot.
 * Source: CloudWatch User Guide, "Alarm evaluation", multi-day alarms.
 */
export const RECENT_WINDOW: AlarmWindow = { periodSeconds: MINUTE, evaluationPeriods: 120, datapointsToAlarm: 120 };

/** The window of `no-snapshot`. */
export interface FreshnessWindow extends AlarmWindow {
  /** Whether it is longer than a day, so that CloudWatch evaluates the alarm once an hour. */
  readonly isHourly: boolean;
  /** Whether it is shorter than requested, because of CloudWatch's limit. */
  readonly isCut: boolean;
}

interface Scheduled {
  /** As EventBridge Scheduler writes it. */
  readonly schedule: string;
  /** Time zone of a cron; by default UTC. */
  readonly timeZone?: string | undefined;
}
interface Run extends Scheduled {
  /** Minutes that a run may take; by default 15. */
  readonly maxRunMinutes?: number | undefined;
}

/** Cache: hundreds of exporters have the same schedules. */
const cache = new Map<string, Gaps>();

function gaps({ schedule, timeZone }: Scheduled): Gaps {
  const key = `${schedule} ${timeZone}`;
  const found = cache.get(key) ?? gapsOf(parseSchedule(schedule, timeZone));
  cache.set(key, found);
  return found;
}

/** How long after its scheduled time a snapshot may be complete without an alarm. */
function lateSeconds(config: Run): number {
  return runMinutes(config) * MINUTE + MARGIN_SECONDS;
}

/** The longest time between two runs, including changes of the clock: whole minutes, in seconds. Infinity for a single run. */
export function longestPeriodSeconds(config: Scheduled): number {
  return wholeMinutes(gaps(config).longestMs);
}

/** {@link longestPeriodSeconds} without changes of the clock. */
export function usualPeriodSeconds(config: Scheduled): number {
  return wholeMinutes(gaps(config).usualMs);
}

/**
 * The window of alarms on metrics that the function writes after each run. One period, with missing data ignored: the newest
 * snapshot decides for any schedule, and the state stays until the next one.
 *
 * CloudWatch also evaluates some earlier periods while the newest has no data. So two snapshots must not share a period,
 * otherwise an older one would count again with the newest. The period is five minutes if two snapshots never end within five
 * minutes of each other, even if one is as late as a run may be; a data point then has five minutes to arrive. Otherwise it is a
 * minute, and a data point has one minute to arrive, because at least one earlier period is evaluated; if it takes longer, the
 * alarm evaluates the next snapshot instead.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
 */
export function snapshotWindow(config: Run): AlarmWindow {
  const isSparse = wholeMinutes(gaps(config).shortestMs) >= lateSeconds(config);
  return { periodSeconds: isSparse ? 5 * MINUTE : MINUTE, evaluationPeriods: 1, datapointsToAlarm: 1 };
}

/**
 * The window of `no-snapshot`: the missed periods, and the time by which a run may be late. A change of the clock alone never
 * raises the alarm. More missed periods never make the window shorter.
 *
 * The periods are as short as CloudWatch allows: it also evaluates a few periods before the window (how many is not
 * documented), and one old snapshot among them keeps the alarm in OK.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
 *
 * @returns `undefined` when the schedule's longest gap exceeds CloudWatch's longest window
 */
export function freshnessWindow(config: Run, missedPeriods: number): FreshnessWindow | undefined {
  const longest = longestPeriodSeconds(config);
  if (longest + lateSeconds(config) > MAX_WINDOW_SECONDS) return undefined;
  const wanted = Math.max(usualPeriodSeconds(config) * missedPeriods, longest) + lateSeconds(config);
  const seconds = Math.min(wanted, MAX_WINDOW_SECONDS);
  // Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods: a day at most in periods of less than an hour.
  const periodSeconds = seconds <= DAY ? MINUTE : HOUR;
  const evaluationPeriods = Math.ceil(seconds / periodSeconds);
  return {
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm: evaluationPeriods,
    isHourly: seconds > DAY,
    isCut: wanted > MAX_WINDOW_SECONDS,
  };
}

function wholeMinutes(milliseconds: number): number {
  return Math.ceil(milliseconds / 60_000) * MINUTE;
}

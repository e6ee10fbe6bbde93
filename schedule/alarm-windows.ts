import { runMinutes } from '../lambda/contract/run-time.ts';
import { type Gaps, gapsOf } from './gaps.ts';
import { parseSchedule } from './schedule.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The furthest that an alarm looks back. Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods. */
const FURTHEST_SECONDS = 7 * DAY;
/**
 * Beyond the minutes of a run: the one within which EventBridge Scheduler invokes, and the way of the metric to CloudWatch.
 * And how far apart two snapshots must end at least for a period of five minutes.
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
 * A window that is judged every minute, and is longer than what an alarm that is judged once an hour takes to see a new
 * snapshot. Source: CloudWatch User Guide, "Alarm evaluation", multi-day alarms.
 */
export const RECENT_WINDOW: AlarmWindow = { periodSeconds: MINUTE, evaluationPeriods: 120, datapointsToAlarm: 120 };

/** The window of `no-snapshot`. */
export interface FreshnessWindow extends AlarmWindow {
  /** Whether it is longer than a day, so that CloudWatch judges the alarm once an hour. */
  readonly isHourly: boolean;
  /** Whether CloudWatch could not look back as far as asked for. */
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

/** Hundreds of exporters have the same schedules. */
const known = new Map<string, Gaps>();

function gaps({ schedule, timeZone }: Scheduled): Gaps {
  const key = `${schedule} ${timeZone}`;
  const found = known.get(key) ?? gapsOf(parseSchedule(schedule, timeZone));
  known.set(key, found);
  return found;
}

/** How long after its scheduled time a snapshot may be complete, and is still no cause to wake anyone. */
function lateSeconds(config: Run): number {
  return runMinutes(config) * MINUTE + MARGIN_SECONDS;
}

/** The longest time between two runs, at changes of the clock too, in whole minutes, as seconds. Infinite for a single run. */
export function longestPeriodSeconds(config: Scheduled): number {
  return wholeMinutes(gaps(config).longestMs);
}

/** {@link longestPeriodSeconds} while no clock changes. */
export function usualPeriodSeconds(config: Scheduled): number {
  return wholeMinutes(gaps(config).usualMs);
}

/**
 * The window of alarms on what the function writes after each run. One period of one, with missing data ignored: the newest
 * snapshot decides, whatever the schedule, and the state stays until the next one.
 *
 * CloudWatch also looks at some periods before, once the newest has no data. So no two snapshots may share a period, or an
 * older one would be told again with the newest: five minutes where they do not end within five of each other, one of them
 * as late as a run may be, which leaves a point that time to arrive; else a minute. A minute leaves it one minute, for at
 * least one more period is looked at; where it takes longer the next snapshot is told in its place.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
 */
export function snapshotWindow(config: Run): AlarmWindow {
  const isSparse = wholeMinutes(gaps(config).shortestMs) >= lateSeconds(config);
  return { periodSeconds: isSparse ? 5 * MINUTE : MINUTE, evaluationPeriods: 1, datapointsToAlarm: 1 };
}

/**
 * For how long no snapshot must be complete before an alarm says so: the missed periods, and time for a run to be late. A
 * change of the clock alone never suffices. It never is shorter with more missed periods.
 *
 * The periods are as short as CloudWatch takes them: it also looks at a few before those asked for, and one old snapshot
 * among them keeps the alarm in OK. How many is not documented.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
 *
 * @returns `undefined` where CloudWatch does not look back as far as the schedule's longest gap
 */
export function freshnessWindow(config: Run, missedPeriods: number): FreshnessWindow | undefined {
  const longest = longestPeriodSeconds(config);
  if (longest + lateSeconds(config) > FURTHEST_SECONDS) return undefined;
  const wanted = Math.max(usualPeriodSeconds(config) * missedPeriods, longest) + lateSeconds(config);
  const seconds = Math.min(wanted, FURTHEST_SECONDS);
  // Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods: a day at most in periods of less than an hour.
  const periodSeconds = seconds <= DAY ? MINUTE : HOUR;
  const evaluationPeriods = Math.ceil(seconds / periodSeconds);
  return {
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm: evaluationPeriods,
    isHourly: seconds > DAY,
    isCut: wanted > FURTHEST_SECONDS,
  };
}

function wholeMinutes(milliseconds: number): number {
  return Math.ceil(milliseconds / 60_000) * MINUTE;
}

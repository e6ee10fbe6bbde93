import { type ClockChange, clockChanges } from './clock-changes.ts';
import type { Schedule } from './schedule.ts';

type CronSchedule = Extract<Schedule, { kind: 'cron' }>;

/** Times between two consecutive runs of a schedule, in milliseconds. All are Infinity for a single run. */
export interface Gaps {
  /** The shortest. */
  readonly shortestMs: number;
  /** The longest without changes of the clock. */
  readonly usualMs: number;
  /**
   * The longest with changes of the clock. A run in a skipped hour does not take place; a run in a repeated hour takes place
   * once. Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler", Daylight savings time. In which of
   * the two hours is not documented, so this is the longer gap.
   */
  readonly longestMs: number;
}

/**
 * Start of the search for gaps. Fixed, not the current time: a template must not depend on the day of its synthesis.
 * The year has a 29 February.
 */
const REFERENCE_MS = Date.parse('2024-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
/** More than a year, so that every month is included. */
const DAYS_CHECKED = 400;
/** AWS's last year is 2199. Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". */
const END_MS = Date.parse('2200-01-01T00:00:00Z');

/** Computes the times between two runs, which takes up to 200 ms for a cron. */
export function gapsOf(schedule: Schedule): Gaps {
  if (schedule.kind === 'rate') {
    const { periodMs } = schedule;
    return { shortestMs: periodMs, usualMs: periodMs, longestMs: periodMs };
  }
  const usual = usualGaps(schedule);
  if (usual.length === 0) {
    return {
      shortestMs: Number.POSITIVE_INFINITY,
      usualMs: Number.POSITIVE_INFINITY,
      longestMs: Number.POSITIVE_INFINITY,
    };
  }
  const all = [...usual, ...clockChanges(schedule.timeZone).flatMap((change) => gapsAt(schedule, change))];
  return { shortestMs: Math.min(...all), usualMs: Math.max(...usual), longestMs: Math.max(...all) };
}

/** The shortest time between two runs, in milliseconds. Infinity for a single run. */
export function shortestPeriodMs(schedule: Schedule): number {
  return gapsOf(schedule).shortestMs;
}

/** Gaps without changes of the clock: within a day, and from the last run of a day to the first run of the next day with runs. */
function usualGaps({ noons, timesOfDayMs }: CronSchedule): number[] {
  const firstToLastMs = (timesOfDayMs.at(-1) ?? 0) - (timesOfDayMs[0] ?? 0);
  const days: number[] = [];
  let noon = noons.nextRun(new Date(REFERENCE_MS));
  while (noon && days.length < DAYS_CHECKED && noon.getTime() < END_MS) {
    days.push(noon.getTime());
    noon = noons.nextRun(noon);
  }
  const withinDays = days.length > 0 ? differences(timesOfDayMs) : [];
  return [...withinDays, ...differences(days).map((period) => period - firstToLastMs)];
}

/** The gaps around a change of the clock. */
function gapsAt(schedule: CronSchedule, { localMs, forwardMs }: ClockChange): number[] {
  if (forwardMs > 0) return gapBetween(schedule, localMs, localMs + forwardMs, forwardMs);
  // Runs in the repeated hour take place before the change, or after it.
  const repeatedFrom = localMs + forwardMs;
  return [localMs, repeatedFrom].flatMap((change) => gapBetween(schedule, change, change, forwardMs));
}

/** The gap from the last run before one time to the first run at or after another. Setting the clock forward shortens it. */
function gapBetween(schedule: CronSchedule, beforeMs: number, fromMs: number, forwardMs: number): number[] {
  const [last, first] = [lastRunBefore(schedule, beforeMs), firstRunFrom(schedule, fromMs)];
  return last === undefined || first === undefined ? [] : [first - last - forwardMs];
}

function lastRunBefore({ noons, timesOfDayMs }: CronSchedule, timeMs: number): number | undefined {
  const day = startOfDay(timeMs);
  const time = timesOfDayMs.findLast((timeOfDay) => day + timeOfDay < timeMs);
  if (time !== undefined && noons.match(new Date(day + DAY_MS / 2))) return day + time;
  const [noon] = noons.previousRuns(1, new Date(day));
  return noon && startOfDay(noon.getTime()) + (timesOfDayMs.at(-1) ?? 0);
}

function firstRunFrom({ noons, timesOfDayMs }: CronSchedule, timeMs: number): number | undefined {
  const day = startOfDay(timeMs);
  const time = timesOfDayMs.find((timeOfDay) => day + timeOfDay >= timeMs);
  if (time !== undefined && noons.match(new Date(day + DAY_MS / 2))) return day + time;
  const noon = noons.nextRun(new Date(day + DAY_MS - 1));
  return noon ? startOfDay(noon.getTime()) + (timesOfDayMs[0] ?? 0) : undefined;
}

function startOfDay(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

function differences(ascending: readonly number[]): number[] {
  return ascending.slice(1).map((value, index) => value - (ascending[index] ?? Number.NaN));
}

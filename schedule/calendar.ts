import { offsets } from './clock-changes.ts';
import type { Schedule } from './schedule.ts';

type CronSchedule = Extract<Schedule, { kind: 'cron' }>;

const DAY_MS = 86_400_000;

/** A run of a cron: its time, or two times at one of which it takes place; epoch milliseconds. */
export type Run = readonly [at: number] | readonly [first: number, second: number];

/**
 * The runs of a cron in a period, in order.
 *
 * A run in an hour that the clock skips does not take place. A run in a repeated hour takes place once; AWS does not document in
 * which of the two hours, so the run has both times. Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge
 * Scheduler", Daylight savings time.
 *
 * @param from epoch milliseconds, inclusive
 * @param until epoch milliseconds, exclusive
 */
export function* runsOf({ noons, timesOfDayMs, timeZone }: CronSchedule, from: number, until: number): Iterable<Run> {
  const offsetAt = offsets(timeZone);
  // No time zone differs from UTC by a day.
  let noon = noons.nextRun(new Date(startOfDay(from) - DAY_MS));
  while (noon && noon.getTime() - 2 * DAY_MS < until) {
    const day = startOfDay(noon.getTime());
    const [before, after] = [offsetAt(day - DAY_MS), offsetAt(day + 2 * DAY_MS)];
    for (const time of timesOfDayMs) {
      const local = day + time;
      const run = before === after ? ([local - before] as const) : runAt(local, before, after, offsetAt);
      if (run && run[0] >= from && (run.at(-1) as number) < until) yield run;
    }
    noon = noons.nextRun(noon);
  }
}

/** The run at a local time around a change of the clock: all times at which the clock shows it. */
function runAt(local: number, before: number, after: number, offsetAt: (time: number) => number): Run | undefined {
  const [first, second] = [local - before, local - after]
    .sort((a, b) => a - b)
    .filter((time) => local - offsetAt(time) === time);
  if (first === undefined) return undefined;
  return second === undefined ? [first] : [first, second];
}

function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS;
}

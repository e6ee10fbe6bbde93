import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { runsOf } from '../../schedule/calendar.ts';
import { readSchedule } from '../../schedule/schedule.ts';

/** Added to the time of a run, for retries of its delivery and for clocks that differ. */
const SLACK_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** AWS's last year is 2199. Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". */
const END_MS = Date.parse('2200-01-01T00:00:00Z');

/** What is expected of an export's runs. */
export interface Expectation {
  /** Runs that must be missing before the export is late. */
  readonly missedPeriods: number;
  /** Minutes that a run may take. */
  readonly runMinutes: number;
}

/** When runs are due, epoch milliseconds; `null` when the schedule has no further run. */
export interface Due {
  /** The next run. */
  readonly dueAt: number | null;
  /** When `missedPeriods` runs are missing, and the time of the last one is over. */
  readonly lateAt: number | null;
}

/** Computes when the runs of a schedule after a time are due; `undefined` when AWS would not accept the schedule. */
export type DueTimes = (schedule: ScheduleOfRecord, after: number, expectation: Expectation) => Due | undefined;

/** Creates {@link DueTimes} with a cache: most exports of a history have the same schedule, and ran at the same time. */
export function dueTimes(): DueTimes {
  const cache = new Map<string, Due | undefined>();
  return (schedule, after, expectation) => {
    const { missedPeriods, runMinutes } = expectation;
    const key = [schedule.expression, schedule.time_zone, after, missedPeriods, runMinutes].join(' ');
    if (!cache.has(key)) cache.set(key, dueOf(schedule, after, expectation));
    return cache.get(key);
  };
}

function dueOf({ expression, time_zone }: ScheduleOfRecord, after: number, expectation: Expectation): Due | undefined {
  const schedule = readSchedule(expression, time_zone);
  if (schedule === undefined) return undefined;
  if (schedule.kind === 'rate') return dueEvery(schedule.periodMs, after, expectation);
  const runs: number[] = [];
  for (const run of runsOf(schedule, after + 1, END_MS)) {
    // AWS does not document in which of two repeated hours a run takes place: it is not late before the second.
    runs.push(run.at(-1) as number);
    if (runs.length === expectation.missedPeriods) break;
  }
  const [dueAt, lastAt] = [runs[0], runs.at(-1)];
  // When the schedule has fewer runs than may be missed, its last run decides.
  return { dueAt: dueAt ?? null, lateAt: lastAt === undefined ? null : lateAfter(lastAt, expectation) };
}

/** Due times for a constant period. */
export function dueEvery(periodMs: number, after: number, expectation: Expectation): Due {
  return {
    dueAt: beforeEnd(after + periodMs),
    lateAt: beforeEnd(lateAfter(after + expectation.missedPeriods * periodMs, expectation)),
  };
}

/** The time, or `null` after AWS's last year. A record may have any period, and a timestamp column could not hold the time. */
function beforeEnd(time: number): number | null {
  return time < END_MS ? time : null;
}

function lateAfter(runAt: number, { runMinutes }: Expectation): number {
  return runAt + runMinutes * MINUTE_MS + SLACK_MS;
}

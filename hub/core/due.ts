import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { runsOf } from '../../schedule/calendar.ts';
import { readSchedule } from '../../schedule/schedule.ts';

/** After a run's time is over, for the retries of its delivery and for clocks that differ. */
const SLACK_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
/** AWS's last year is 2199. Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". */
const END_MS = Date.parse('2200-01-01T00:00:00Z');

/** What to hold an export to. */
export interface Expectation {
  /** Runs that may fail to come. */
  readonly missedPeriods: number;
  /** Minutes that a run may take. */
  readonly runMinutes: number;
}

/** Epoch milliseconds; `null` where no run is to come. */
export interface Due {
  /** The first run after. */
  readonly dueAt: number | null;
  /** When so many have failed to come: the last of them is over. */
  readonly lateAt: number | null;
}

/** When the runs of a schedule after a time are due; `undefined` where AWS would not take the schedule. */
export type DueTimes = (schedule: ScheduleOfRecord, after: number, expectation: Expectation) => Due | undefined;

/** {@link DueTimes} that remember what they said: most exports of a history have the same schedule, and ran at the same time. */
export function dueTimes(): DueTimes {
  const known = new Map<string, Due | undefined>();
  return (schedule, after, expectation) => {
    const { missedPeriods, runMinutes } = expectation;
    const key = [schedule.expression, schedule.time_zone, after, missedPeriods, runMinutes].join(' ');
    if (!known.has(key)) known.set(key, dueOf(schedule, after, expectation));
    return known.get(key);
  };
}

function dueOf({ expression, time_zone }: ScheduleOfRecord, after: number, expectation: Expectation): Due | undefined {
  const schedule = readSchedule(expression, time_zone);
  if (schedule === undefined) return undefined;
  if (schedule.kind === 'rate') return dueEvery(schedule.periodMs, after, expectation);
  const runs: number[] = [];
  for (const run of runsOf(schedule, after + 1, END_MS)) {
    // Of a run in an hour that comes twice, in which of the two is not said: it is not late before the second.
    runs.push(run.at(-1) as number);
    if (runs.length === expectation.missedPeriods) break;
  }
  const [dueAt, lastAt] = [runs[0], runs.at(-1)];
  // Where fewer runs are to come than may be missed, the last of them decides.
  return { dueAt: dueAt ?? null, lateAt: lastAt === undefined ? null : lateAfter(lastAt, expectation) };
}

/** Due times of what comes every so many milliseconds. */
export function dueEvery(periodMs: number, after: number, expectation: Expectation): Due {
  return {
    dueAt: beforeEnd(after + periodMs),
    lateAt: beforeEnd(lateAfter(after + expectation.missedPeriods * periodMs, expectation)),
  };
}

/** A record may name any period. What lies after AWS's last year does not come, and no column could hold it. */
function beforeEnd(time: number): number | null {
  return time < END_MS ? time : null;
}

function lateAfter(runAt: number, { runMinutes }: Expectation): number {
  return runAt + runMinutes * MINUTE_MS + SLACK_MS;
}

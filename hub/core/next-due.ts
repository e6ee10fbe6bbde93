import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { type Due, type DueTimes, dueEvery, type Expectation } from './due.ts';

/** What an export is held to. */
export interface NextDue extends Due {
  /** `null` where it is held to the usual time between its snapshots. */
  readonly schedule: ScheduleOfRecord | null;
}

/**
 * When the next snapshots of an export are due.
 *
 * Where the configuration has another schedule than the newest record, the one by which it is late later: a change of
 * the schedule is no silence. A schedule of the record by which no run is to come says nothing of the configuration's.
 *
 * @param schedules those that it may be held to: the newest record's, then the configuration's
 * @param after the newest snapshot, or since when one is expected; epoch milliseconds
 * @param usualGapMs the time that usually passes between two of its snapshots, where no schedule is known
 * @returns `undefined` where nothing says when the next one is due
 */
export function nextDue(
  schedules: readonly ScheduleOfRecord[],
  after: number,
  expectation: Expectation,
  dueTimes: DueTimes,
  usualGapMs?: number,
): NextDue | undefined {
  let latest: NextDue | undefined;
  for (const schedule of schedules) {
    const due = dueTimes(schedule, after, expectation);
    if (due && (latest === undefined || latest.lateAt === null || lateAtOrNever(due) > lateAtOrNever(latest))) {
      latest = { schedule, ...due };
    }
  }
  if (latest || usualGapMs === undefined) return latest;
  return { schedule: null, ...dueEvery(usualGapMs, after, expectation) };
}

/** With no run to come it is never late. */
function lateAtOrNever({ lateAt }: Due): number {
  return lateAt ?? Number.POSITIVE_INFINITY;
}

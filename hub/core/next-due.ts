import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { type Due, type DueTimes, dueEvery, type Expectation } from './due.ts';

/** When the next snapshots of an export are due, and by which schedule. */
export interface NextDue extends Due {
  /** `null` when no schedule is known: the usual time between snapshots is used. */
  readonly schedule: ScheduleOfRecord | null;
}

/**
 * Determines when the next snapshots of an export are due.
 *
 * If the configuration and the newest record have different schedules, the one with the later `lateAt` applies, so that a
 * change of the schedule does not make an export late. A record's schedule without further runs yields to the configuration's.
 *
 * @param schedules the newest record's, then the configuration's
 * @param after time of the newest snapshot, or since when one is expected; epoch milliseconds
 * @param usualGapMs usual time between two snapshots, for an export without a known schedule
 * @returns `undefined` when neither a schedule nor the usual time is known
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

/** Infinity without a further run: the export is never late. */
function lateAtOrNever({ lateAt }: Due): number {
  return lateAt ?? Number.POSITIVE_INFINITY;
}

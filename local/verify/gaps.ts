import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { dueSnapshots, isReadable, type ScheduledSnapshot } from './due.ts';

export interface Gap {
  /** Scheduled times of the snapshots on both sides of the gap, epoch milliseconds. */
  readonly after: number;
  readonly before: number;
  /** Snapshots that the schedule would have brought. */
  readonly missing: number;
  /** That schedule; absent where it was taken from the usual period. */
  readonly schedule?: ScheduleOfRecord;
  /** Whether the snapshot after the gap has another schedule: some may have been missing by the old one alone. */
  readonly hasNewSchedule?: true;
}

export interface Gaps {
  readonly all: readonly Gap[];
  /** Snapshots that no schedule tells of, between which the usual period does. */
  readonly withoutSchedule: number;
}

/** A schedule is a little uneven: by daylight saving, or by cron that skips the night. Half a period more is a gap. */
const TOLERANCE = 1.5;

/**
 * Where a schedule was interrupted. The schedules are those of the records; for the snapshots before the first record that
 * has one, it is taken from the snapshots: see {@link gapsByPeriod}.
 *
 * @param unordered of one export
 */
export function findGaps(unordered: readonly ScheduledSnapshot[]): Gaps {
  const snapshots = [...unordered].sort((a, b) => a.scheduledAt - b.scheduledAt);
  const first = snapshots.findIndex(({ schedule }) => schedule && isReadable(schedule));
  const before = first < 0 ? snapshots : snapshots.slice(0, first + 1);
  const withoutSchedule = first < 0 ? snapshots.length : first;
  return {
    all: [...gapsByPeriod(before.map(({ scheduledAt }) => scheduledAt)), ...gapsBySchedule(snapshots)],
    withoutSchedule,
  };
}

/**
 * Where a schedule seems to have been interrupted. Its period is the most frequent distance of two snapshots; with fewer
 * than three snapshots there is none.
 */
function gapsByPeriod(times: readonly number[]): Gap[] {
  const distances = times.slice(1).map((time, i) => time - (times[i] as number));
  if (distances.length < 2) return [];
  const counts = [...Map.groupBy(distances, (distance) => distance)].map(([distance, { length }]) => ({
    distance,
    length,
  }));
  const { distance: period } = counts.reduce((a, b) =>
    b.length > a.length || (b.length === a.length && b.distance < a.distance) ? b : a,
  );
  return distances.flatMap((distance, i) =>
    distance > period * TOLERANCE
      ? [{ after: times[i] as number, before: times[i + 1] as number, missing: Math.round(distance / period) - 1 }]
      : [],
  );
}

function gapsBySchedule(snapshots: readonly ScheduledSnapshot[]): Gap[] {
  const gaps: (Gap & { missing: number })[] = [];
  let next = 0;
  for (const { at, hasCome, schedule } of dueSnapshots(snapshots)) {
    if (hasCome) continue;
    while ((snapshots[next]?.scheduledAt ?? Number.POSITIVE_INFINITY) < at) next += 1;
    const [after, before] = [snapshots[next - 1], snapshots[next]];
    if (!after || !before) continue;
    const last = gaps.at(-1);
    if (last?.before === before.scheduledAt) {
      last.missing += 1;
      continue;
    }
    const isOther = before.schedule && JSON.stringify(before.schedule) !== JSON.stringify(schedule);
    const [from, to] = [after.scheduledAt, before.scheduledAt];
    gaps.push({ after: from, before: to, missing: 1, schedule, ...(isOther && { hasNewSchedule: true as const }) });
  }
  return gaps;
}

import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { dueSnapshots, isReadable, type ScheduledSnapshot } from './due.ts';

export interface Gap {
  /** Scheduled times of the snapshots before and after the gap, epoch milliseconds. */
  readonly after: number;
  readonly before: number;
  /** Snapshots that were due in the gap. */
  readonly missing: number;
  /** Absent if the usual period was used. */
  readonly schedule?: ScheduleOfRecord;
  /** Whether the snapshot after the gap has another schedule. Then some may be missing only by the old one. */
  readonly hasNewSchedule?: true;
}

export interface Gaps {
  readonly all: readonly Gap[];
  /** Snapshots without a known schedule, whose gaps are found by the usual period. */
  readonly withoutSchedule: number;
}

/** A distance above this many periods is a gap: daylight saving, or a cron that skips the night, makes periods uneven. */
const TOLERANCE = 1.5;

/**
 * Finds the gaps of one export, by the schedules in its records. For snapshots before the first record with a schedule,
 * see {@link gapsByPeriod}.
 *
 * @param unordered snapshots of one export, in any order
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
 * Finds gaps by the usual period, which is the most frequent distance of two snapshots. With fewer than three snapshots
 * there is none.
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

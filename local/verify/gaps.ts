export interface Gap {
  /** Scheduled times of the snapshots on both sides of the gap, epoch milliseconds. */
  readonly after: number;
  readonly before: number;
  /** Snapshots that the schedule would have brought. */
  readonly missing: number;
}

/** A schedule is a little uneven: by daylight saving, or by cron that skips the night. Half a period more is a gap. */
const TOLERANCE = 1.5;

/**
 * Where a schedule seems to have been interrupted. The schedule itself is not in the history, so its period is the most
 * frequent distance of two snapshots; with fewer than three snapshots there is none.
 */
export function findGaps(scheduledTimes: readonly number[]): Gap[] {
  const times = [...scheduledTimes].sort((a, b) => a - b);
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

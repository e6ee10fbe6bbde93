/** What a record says that matters here, and whether its rows are there. */
export interface Recorded {
  readonly snapshotId: string;
  readonly dt: string;
  readonly jobCount: number;
  readonly objectKey: string;
  /** Whether the snapshot had rows, and they are not there any more. */
  readonly areRowsGone: boolean;
}

export interface Chosen {
  /** Those that the views see, in the order of their times. Rows are read of those that have them. */
  readonly recorded: readonly Recorded[];
  /** All whose rows are gone, chosen or not. */
  readonly gone: readonly Recorded[];
  /** Whether others were left out. */
  readonly isThinned: boolean;
  /** Day from which on every snapshot is among them, where others were left out; undefined where no day has all. */
  readonly everySince?: string;
}

/**
 * The snapshots whose rows the page rests on: of each day the last one that has its rows, and all of the newest days, as
 * many as keep the rows below a limit. A day of which all rows are gone has its last snapshot, so that it is known to
 * be unknown.
 *
 * @param recorded in the order of their times
 */
export function chooseSnapshots(recorded: readonly Recorded[], maxRows: number): Chosen {
  const days = [...Map.groupBy(recorded, ({ dt }) => dt)].reverse();
  const rowsOf = (snapshots: readonly Recorded[]) =>
    snapshots.reduce((sum, { jobCount, areRowsGone }) => sum + (areRowsGone ? 0 : jobCount), 0);
  let left = maxRows - rowsOf(days.map(([, snapshots]) => lastOf(snapshots)));
  const chosen: Recorded[][] = [];
  let everySince: string | undefined;
  let isThinned = false;
  for (const [dt, snapshots] of days) {
    const last = lastOf(snapshots);
    left -= rowsOf(snapshots.filter((one) => one !== last));
    isThinned ||= left < 0 && snapshots.length > 1;
    if (!isThinned) everySince = dt;
    chosen.unshift(isThinned ? [last] : snapshots);
  }
  return {
    recorded: chosen.flat(),
    gone: recorded.filter(({ areRowsGone }) => areRowsGone),
    isThinned,
    ...(isThinned && everySince && { everySince }),
  };
}

/** @param snapshots of one day, one at least */
function lastOf(snapshots: readonly Recorded[]): Recorded {
  return snapshots.findLast(({ areRowsGone }) => !areRowsGone) ?? (snapshots.at(-1) as Recorded);
}

/** What a record says that matters here. */
export interface Recorded {
  readonly snapshotId: string;
  readonly dt: string;
  readonly jobCount: number;
  readonly objectKey: string;
}

export interface Chosen {
  /** Those whose rows are read, in the order of their times. */
  readonly recorded: readonly Recorded[];
  /** Whether others were left out. */
  readonly isThinned: boolean;
  /** Day from which on every snapshot is among them, where others were left out; undefined where no day has all. */
  readonly everySince?: string;
}

/**
 * The snapshots whose rows the page rests on: of each day the last one, and all of the newest days, as many as keep the
 * rows below a limit.
 *
 * @param recorded in the order of their times
 */
export function chooseSnapshots(recorded: readonly Recorded[], maxRows: number): Chosen {
  const days = [...Map.groupBy(recorded, ({ dt }) => dt)].reverse();
  const rowsOf = (snapshots: readonly Recorded[]) => snapshots.reduce((sum, { jobCount }) => sum + jobCount, 0);
  let left = maxRows - rowsOf(days.flatMap(([, snapshots]) => snapshots.slice(-1)));
  const chosen: Recorded[][] = [];
  let everySince: string | undefined;
  let isThinned = false;
  for (const [dt, snapshots] of days) {
    left -= rowsOf(snapshots.slice(0, -1));
    isThinned ||= left < 0 && snapshots.length > 1;
    if (!isThinned) everySince = dt;
    chosen.unshift(isThinned ? snapshots.slice(-1) : snapshots);
  }
  return { recorded: chosen.flat(), isThinned, ...(isThinned && everySince && { everySince }) };
}

import type { SnapshotRecord } from '../contract/columns.ts';

/**
 * Goes back along a line of snapshots, from one to the one that it was compared with. Where two runs passed each other, both
 * were compared with the same snapshot, and tell its changes twice: the line has the later one alone. A snapshot that was
 * compared with none ends it, and the next one back begins another.
 */
export class Line {
  #next: string | undefined;

  /**
   * Whether a snapshot is in the line.
   *
   * @param record each one of the export, from the newest back
   */
  has({ snapshot_id, previous_snapshot_id }: SnapshotRecord): boolean {
    // Of one export the ids are in order of time. One that comes later than the next of the line is beside it; an earlier
    // one stands in its place, for that is gone.
    if (this.#next !== undefined && snapshot_id > this.#next) return false;
    this.#next = previous_snapshot_id ?? undefined;
    return true;
  }
}

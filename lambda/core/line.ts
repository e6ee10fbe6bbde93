import type { SnapshotRecord } from '../contract/columns.ts';

/**
 * Follows a line of snapshots back from each snapshot to its predecessor. Two overlapping runs may have the same predecessor,
 * and so the same changes; the line then has only the later one. A snapshot without a predecessor ends a line, and the next
 * one back begins another line.
 */
export class Line {
  #next: string | undefined;

  /**
   * Whether a snapshot is in the line. It must be called for all snapshots of the export, from the newest back.
   */
  has({ snapshot_id, previous_snapshot_id }: SnapshotRecord): boolean {
    // The ids of one export sort by time. A snapshot later than the next one of the line is not in the line. An earlier one
    // takes the place of the next one, which no longer exists.
    if (this.#next !== undefined && snapshot_id > this.#next) return false;
    this.#next = previous_snapshot_id ?? undefined;
    return true;
  }
}

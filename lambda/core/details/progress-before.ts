import type { JobDetailsRow } from '../../contract/columns.ts';
import { DONE_STATUSES, THING_STATUSES, thingsColumn } from '../../contract/details.ts';

/** The progress of a job in the predecessor's details. */
export interface ProgressOfJob {
  readonly createdAt: string | null;
  readonly describedAt: string;
  /** The eight counts as text; `null` if one is unknown. */
  readonly counts: string | null;
  /** `null` if a count is unknown. */
  readonly thingsDone: number | null;
  readonly since: string;
}

/** By the id of the job. */
export type ProgressBefore = ReadonlyMap<string, ProgressOfJob>;

/** The columns of a row that depend on the predecessor. */
type Progress = Pick<JobDetailsRow, 'progress_since' | 'previous_described_at' | 'previous_things_done'>;

/** A row without these columns. */
export type CurrentRow = Omit<JobDetailsRow, keyof Progress>;

export function progressIn(rows: readonly JobDetailsRow[]): ProgressBefore {
  return new Map(
    rows.map((row) => [
      row.job_id,
      {
        createdAt: row.created_at,
        describedAt: row.described_at,
        counts: countsOf(row),
        thingsDone: thingsDone(row),
        since: row.progress_since ?? row.described_at,
      },
    ]),
  );
}

/**
 * The columns of a row that depend on the predecessor: since when the counts are unchanged, and the previous values.
 *
 * @param before `null` if the predecessor's details are unknown; then all columns are `null`
 */
export function progressOf(row: CurrentRow, before: ProgressBefore | null): Progress {
  const earlier = before?.get(row.job_id);
  const same = earlier && isSameJob(earlier.createdAt, row.created_at) ? earlier : undefined;
  const counts = countsOf(row);
  const isKnown = before !== null && counts !== null;
  return {
    progress_since: isKnown ? (same?.counts === counts ? same.since : row.described_at) : null,
    previous_described_at: same?.describedAt ?? null,
    previous_things_done: same?.thingsDone ?? null,
  };
}

/** An id can be reused after its job was deleted; then the times of creation differ. An unknown time counts as equal. */
function isSameJob(a: string | null, b: string | null): boolean {
  return a === b || a === null || b === null;
}

function countsOf(row: CurrentRow): string | null {
  const counts = THING_STATUSES.map((status) => row[thingsColumn(status)]);
  return counts.includes(null) ? null : counts.join();
}

function thingsDone(row: CurrentRow): number | null {
  const counts = DONE_STATUSES.map((status) => row[thingsColumn(status)]);
  return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

import type { JobDetailsRow } from '../../contract/columns.ts';
import { THING_STATUSES, thingsColumn } from '../../contract/details.ts';

/** What the details of the snapshot before say of the progress of a job. */
export interface ProgressOfJob {
  readonly createdAt: string | null;
  /** The eight counts as text; `null` where one is not known. */
  readonly counts: string | null;
  readonly since: string;
}

/** By the id of the job. */
export type ProgressBefore = ReadonlyMap<string, ProgressOfJob>;

export function progressIn(rows: readonly JobDetailsRow[]): ProgressBefore {
  return new Map(
    rows.map((row) => [
      row.job_id,
      { createdAt: row.created_at, counts: countsOf(row), since: row.progress_since ?? row.described_at },
    ]),
  );
}

/**
 * Since when the numbers of a job are as they are; `null` where that is not known.
 *
 * @param before `null` where it is not known what was before
 */
export function progressSince(
  row: Omit<JobDetailsRow, 'progress_since'>,
  before: ProgressBefore | null,
): string | null {
  const counts = countsOf(row);
  if (before === null || counts === null) return null;
  const earlier = before.get(row.job_id);
  // An id is used again after its job was deleted. A time that is not known may be any.
  const isSame =
    earlier !== undefined &&
    earlier.counts === counts &&
    (earlier.createdAt === row.created_at || earlier.createdAt === null || row.created_at === null);
  return isSame ? earlier.since : row.described_at;
}

function countsOf(row: Omit<JobDetailsRow, 'progress_since'>): string | null {
  const counts = THING_STATUSES.map((status) => row[thingsColumn(status)]);
  return counts.includes(null) ? null : counts.join();
}

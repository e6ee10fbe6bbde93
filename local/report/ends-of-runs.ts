import { JOBS_COLUMNS } from '../../lambda/contract/columns.ts';
import { quoted } from '../history/tables.ts';

/** What tells the runs apart: a job in a status on a day. */
const KEYS = [
  'account_id',
  'region',
  'export_name',
  'dt',
  'thing_group_name',
  'queried_thing_group_id',
  'job_arn',
  'job_id',
  'created_at',
  'status',
];
const CARRIED = JOBS_COLUMNS.map(({ name }) => name).filter((name) => !KEYS.includes(name));

/**
 * Of each job, status and day the first and the last row, and all rows of the newest snapshot: the views give the same
 * of these as of all rows, for they compare neighbours of different statuses and days, or look at the newest snapshot.
 * Jobs move forward only, so a status's rows have none of another between them. It holds for exports of one scope: with
 * several, which of a job's rows counts depends on all scopes of a snapshot.
 *
 * @param rows a SELECT of the table jobs
 */
export function endsOfRuns(rows: string, newestSnapshotId: string): string {
  const carried = `struct_pack(${CARRIED.join(', ')})`;
  const isNewest = `snapshot_id = ${quoted(newestSnapshotId)}`;
  return `
    WITH source AS (${rows}),
    runs AS (
      SELECT ${KEYS.join(', ')},
        min_by(${carried}, snapshot_at) AS first, max_by(${carried}, snapshot_at) AS last
      FROM source WHERE NOT ${isNewest} GROUP BY ALL
    )
    SELECT ${KEYS.join(', ')}, unnest(CASE WHEN first = last THEN [first] ELSE [first, last] END, recursive := true)
    FROM runs
    UNION ALL BY NAME
    SELECT * FROM source WHERE ${isNewest}`;
}

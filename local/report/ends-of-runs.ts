import { JOBS_COLUMNS } from '../../lambda/contract/columns.ts';
import { quoted } from '../history/tables.ts';

/** The id as the views have it: from the ARN where the service gave none. */
const JOB_ID = "COALESCE(job_id, substr(job_arn, strpos(job_arn, '/') + 1))";

/**
 * Of each job and day the first and the last row of each stay in a status, and all rows of the newest snapshot. Of these
 * the views give the same as of all rows, but for the hours in a status, which the report does not ask for: they compare
 * neighbours of different statuses and days, or look at the newest snapshot. A job may be in a status several times a
 * day, and each time counts.
 *
 * @param rows a SELECT of the table jobs, of one export, account, Region and scope: with several scopes, which of a job's
 * rows counts depends on all scopes of a snapshot
 */
export function endsOfRuns(rows: string, newestSnapshotId: string): string {
  const columns = JOBS_COLUMNS.map(({ name }) => name).join(', ');
  const neighbour = (of: string) => `${of}(COALESCE(status, '')) OVER stays`;
  return `
    SELECT ${columns}, account_id, region, export_name, dt
    FROM (${rows})
    WINDOW stays AS (PARTITION BY dt, ${JOB_ID}, created_at ORDER BY snapshot_at)
    QUALIFY snapshot_id = ${quoted(newestSnapshotId)}
      OR ${neighbour('lag')} IS DISTINCT FROM COALESCE(status, '')
      OR ${neighbour('lead')} IS DISTINCT FROM COALESCE(status, '')`;
}

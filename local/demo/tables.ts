/** What the demo asks of the history that it wrote: a title and a query each. */
export const DEMO_QUERIES: readonly { readonly title: string; readonly sql: string }[] = [
  {
    title: 'Jobs per status, the account as a whole, in the newest snapshots',
    sql: `
      SELECT snapshot_at,
        max(CASE WHEN l.status = 'SCHEDULED' THEN l.job_count END) AS scheduled,
        max(CASE WHEN l.status = 'IN_PROGRESS' THEN l.job_count END) AS in_progress,
        max(CASE WHEN l.status = 'COMPLETED' THEN l.job_count END) AS completed,
        max(CASE WHEN l.status = 'CANCELED' THEN l.job_count END) AS canceled,
        max(CASE WHEN l.status = 'DELETION_IN_PROGRESS' THEN l.job_count END) AS deleting,
        max(job_count) AS jobs
      FROM (SELECT snapshot_at, job_count, unnest(listings) AS l FROM snapshots WHERE export_name = 'all')
      GROUP BY snapshot_at ORDER BY snapshot_at DESC LIMIT 8`,
  },
  {
    title: 'What changed between the last two snapshots',
    sql: `
      WITH newest AS (
        SELECT snapshot_id, row_number() OVER (ORDER BY snapshot_at DESC) AS age
        FROM snapshots WHERE export_name = 'all' ORDER BY snapshot_at DESC LIMIT 2
      ),
      before AS (SELECT job_id, status FROM jobs JOIN newest USING (snapshot_id) WHERE age = 2),
      after AS (SELECT job_id, status FROM jobs JOIN newest USING (snapshot_id) WHERE age = 1)
      SELECT coalesce(before.status, '(new)') AS was, coalesce(after.status, '(gone)') AS is_now, count(*) AS jobs
      FROM before FULL JOIN after USING (job_id)
      WHERE before.status IS DISTINCT FROM after.status
      GROUP BY ALL ORDER BY jobs DESC, was, is_now`,
  },
  {
    title: 'Jobs in progress per thing group; a group that does not exist is no zero',
    sql: `
      SELECT snapshot_at, l.thing_group_name, l.job_count AS in_progress, l.missing
      FROM (SELECT snapshot_at, unnest(listings) AS l FROM snapshots
            WHERE export_name = 'fleets' AND snapshot_at = (SELECT max(snapshot_at) FROM snapshots))
      WHERE l.status = 'IN_PROGRESS' ORDER BY l.thing_group_name`,
  },
];

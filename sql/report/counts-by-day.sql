-- question: How many jobs were in each status, day by day?
-- reads: job_counts
--
-- job_count is that of the last snapshot of the day. least, median and most are over all its snapshots; the median is
-- by nearest rank. Snapshots that were taken when a later one existed, LATE, are left out: they have the counts of the
-- time when they were taken. Null if the thing group did not exist, or may not have, and if the status was not listed.
WITH counted AS (
  SELECT dt, snapshot_at, scope, status, missing, job_count,
    max(snapshot_at) OVER (PARTITION BY dt) AS last_of_day
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND COALESCE(unlinked_reason, '') <> 'LATE'
),
ranked AS (
  SELECT dt, snapshot_at, scope, status, missing, job_count, last_of_day,
    row_number() OVER (PARTITION BY dt, scope, status, missing ORDER BY job_count) AS place,
    count(*) OVER (PARTITION BY dt, scope, status, missing) AS snapshots
  FROM counted
)
SELECT last_of_day AS snapshot_at, scope, status,
  max(CASE WHEN snapshot_at = last_of_day AND NOT missing THEN job_count END) AS job_count,
  min(CASE WHEN NOT missing THEN job_count END) AS least,
  min(CASE WHEN NOT missing AND 2 * place >= snapshots THEN job_count END) AS median,
  max(CASE WHEN NOT missing THEN job_count END) AS most
FROM ranked
GROUP BY last_of_day, scope, status
ORDER BY last_of_day, scope, status

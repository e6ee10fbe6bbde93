-- question: How many jobs were in each status, in the last snapshot of each day?
-- reads: job_counts
--
-- Snapshots that were taken when a later one existed, LATE, are left out: they counted what was then.
WITH ranked AS (
  SELECT snapshot_at, scope, status, job_count, missing,
    max(snapshot_at) OVER (PARTITION BY dt) AS last_of_day
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND COALESCE(unlinked_reason, '') <> 'LATE'
)
SELECT snapshot_at, scope, status, job_count, missing
FROM ranked
WHERE snapshot_at = last_of_day
ORDER BY snapshot_at, scope, status

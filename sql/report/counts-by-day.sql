-- question: How many jobs were in each status, in the last snapshot of each day?
-- reads: job_counts
WITH ranked AS (
  SELECT snapshot_at, scope, status, job_count, missing,
    max(snapshot_at) OVER (PARTITION BY dt) AS last_of_day
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
)
SELECT snapshot_at, scope, status, job_count, missing
FROM ranked
WHERE snapshot_at = last_of_day
ORDER BY snapshot_at, scope, status

-- question: How many jobs are in each status now?
-- reads: records of eight days: 0.3 MB
--
-- As of the newest snapshot of each export, if it is not older than eight days. Null: the thing group does not exist,
-- or it is not known whether it does. A job in several thing groups is in the count of each.
WITH counted AS (
  SELECT snapshot_at, export_name, account_id, region, scope, status, job_count, missing,
    max(snapshot_at) OVER (PARTITION BY export_name, account_id, region) AS newest_at
  FROM job_counts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
)
SELECT snapshot_at, export_name, account_id, region, scope, status, CASE WHEN NOT missing THEN job_count END AS jobs
FROM counted
WHERE snapshot_at = newest_at
ORDER BY export_name, account_id, region, scope, status

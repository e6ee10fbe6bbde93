-- question: Which jobs are in progress at the newest snapshot, and for how long have they not been updated?
-- reads: snapshot_jobs
--
-- Those updated longest ago first, 2,000 at most. A continuous job stays in progress until it is canceled.
WITH in_progress AS (
  SELECT job_id, job_arn, last_updated_at, created_at, target_selection, scopes,
    CAST(floor(date_diff('millisecond', last_updated_at, snapshot_at) / 86400000.0e0) AS bigint) AS idle_days
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status = 'IN_PROGRESS'
)
SELECT job_id, job_arn, idle_days, last_updated_at, created_at, target_selection, scopes,
  count(*) OVER () AS jobs,
  CAST(sum(CASE WHEN idle_days >= 1 THEN 1 ELSE 0 END) OVER () AS bigint) AS stuck_jobs
FROM in_progress
ORDER BY last_updated_at, job_id
LIMIT 2000

-- question: Which jobs are in progress at the newest snapshot, and for how long have they not been changed?
-- reads: snapshot_jobs
--
-- Those changed longest ago first, 2,000 at most. AWS does not say that the work of devices changes a job, so one that
-- is long unchanged may be at work or stuck. A continuous job stays in progress until it is canceled, or, if it has an
-- end time, until that has passed and all its executions have ended.
WITH in_progress AS (
  SELECT job_id, job_arn, last_updated_at, created_at, target_selection, scopes,
    CAST(floor(date_diff('millisecond', last_updated_at, snapshot_at) / 86400000.0e0) AS bigint) AS days_unchanged
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status = 'IN_PROGRESS'
)
SELECT job_id, job_arn, days_unchanged, last_updated_at, created_at, target_selection, scopes,
  count(*) OVER () AS jobs,
  CAST(sum(CASE WHEN days_unchanged >= 1 THEN 1 ELSE 0 END) OVER () AS bigint) AS unchanged_jobs
FROM in_progress
ORDER BY last_updated_at, job_id
LIMIT 2000

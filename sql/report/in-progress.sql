-- question: Which jobs are in progress at the newest snapshot, and for how long?
-- reads: snapshot_jobs
--
-- Those that are in progress for longest first, after those of which it is not known since when; 2,000 at most. It counts
-- from the first sight of a job in progress, and again from a snapshot that was compared with none, so a job may be in
-- progress for longer, and never for less. The last update is no sign of life: AWS does not say that the work of devices
-- changes a job. A continuous job stays in progress until it is canceled, or, if it has an end time, until that has passed
-- and all its executions have ended.
WITH in_progress AS (
  SELECT job_id, job_arn, status_since AS in_progress_since, last_updated_at, created_at, target_selection, scopes,
    round(date_diff('millisecond', status_since, observed_at) / 86400000.0e0, 1) AS days_in_progress
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status = 'IN_PROGRESS'
)
SELECT job_id, job_arn, days_in_progress, in_progress_since, last_updated_at, created_at, target_selection, scopes,
  count(*) OVER () AS jobs,
  CAST(sum(CASE WHEN days_in_progress >= 1 THEN 1 ELSE 0 END) OVER () AS bigint) AS long_jobs,
  CAST(sum(CASE WHEN in_progress_since IS NULL THEN 1 ELSE 0 END) OVER () AS bigint) AS unknown_jobs
FROM in_progress
ORDER BY in_progress_since NULLS FIRST, created_at, job_id
LIMIT 2000

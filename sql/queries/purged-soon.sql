-- question: Which jobs may AWS purge within 30 days?
-- reads: latest_jobs, so the rows of yesterday and today: 110 to 220 MB
--
-- AWS IoT keeps jobs that are not in progress for 730 days, and does not say from when: AWS General Reference, AWS IoT
-- Device Management quotas. So these are jobs that have ended and were created 700 days ago or more. Where ListJobs gives
-- no time of the end, ended_at is the last update.
WITH ended AS (
  SELECT export_name, account_id, region, job_id, status, created_at, observed_at,
    COALESCE(completed_at, last_updated_at) AS ended_at,
    CAST(floor(date_diff('millisecond', created_at, observed_at) / 86400000.0e0) AS bigint) AS days_since_creation
  FROM latest_jobs
  WHERE status IN ('COMPLETED', 'CANCELED')
)
SELECT export_name, account_id, region, job_id, status, ended_at,
  CAST(floor(date_diff('millisecond', ended_at, observed_at) / 86400000.0e0) AS bigint) AS days_since_end,
  created_at, days_since_creation
FROM ended
WHERE days_since_creation >= 700
ORDER BY export_name, account_id, region, ended_at, job_id

-- question: Which jobs may AWS purge within 30 days?
-- reads: latest_jobs, so the rows of yesterday and today: 110 to 220 MB; records of eight days: 0.3 MB
--
-- AWS IoT keeps jobs that are not in progress for 730 days, and does not document from when: AWS General Reference, AWS
-- IoT Device Management quotas. So these are jobs that have ended and were created 700 days ago or more. If ListJobs
-- gives no time of the end, ended_at is the last update. A row without a status belongs to an export whose newest
-- snapshot, snapshot_at, is neither of today nor of yesterday: query snapshot_jobs of that day.
WITH newest AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region
),
ended AS (
  SELECT export_name, account_id, region, job_id, status, created_at, observed_at,
    COALESCE(completed_at, last_updated_at) AS ended_at,
    CAST(floor(date_diff('millisecond', created_at, observed_at) / 86400000.0e0) AS bigint) AS days_since_creation
  FROM latest_jobs
  WHERE status IN ('COMPLETED', 'CANCELED')
)
SELECT n.export_name, n.account_id, n.region, n.snapshot_at, e.job_id, e.status, e.ended_at,
  CAST(floor(date_diff('millisecond', e.ended_at, e.observed_at) / 86400000.0e0) AS bigint) AS days_since_end,
  e.created_at, e.days_since_creation
FROM newest n
LEFT JOIN ended e
  ON e.export_name = n.export_name AND e.account_id = n.account_id AND e.region = n.region
  AND e.days_since_creation >= 700
WHERE e.export_name IS NOT NULL OR n.snapshot_at < CAST(current_date - INTERVAL '1' DAY AS timestamp)
ORDER BY n.export_name, n.account_id, n.region, e.ended_at, e.job_id

-- question: Which jobs of the newest snapshot will AWS purge within 30 days of it?
-- reads: snapshot_jobs
--
-- AWS IoT deletes a job 730 days after it was completed or canceled. Where ListJobs gives no time of that, the last
-- update is taken. The 2,000 that go first, at most.
WITH ended AS (
  SELECT job_id, job_arn, status, snapshot_at, created_at, COALESCE(completed_at, last_updated_at) AS ended_at
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status IN ('COMPLETED', 'CANCELED')
)
SELECT job_id, job_arn, status, ended_at, CAST(ended_at + INTERVAL '730' DAY AS timestamp) AS purged_at, created_at,
  count(*) OVER () AS jobs
FROM ended
WHERE ended_at <= snapshot_at - INTERVAL '700' DAY
ORDER BY ended_at, job_id
LIMIT 2000

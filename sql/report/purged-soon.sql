-- question: Which jobs of the newest snapshot may AWS purge soon?
-- reads: snapshot_jobs
--
-- AWS IoT keeps jobs that are not in progress for 730 days, and does not document from when: AWS General Reference, AWS
-- IoT Device Management quotas. So these are all jobs that were created 700 days ago or more and have ended. If the 730
-- days count from the creation, they are over or end within 30 days; if they count from the end of the job, they end
-- later. If ListJobs gives no time of the end, the last update is used. At most 2,000, those that ended first.
WITH ended AS (
  SELECT job_id, job_arn, status, COALESCE(completed_at, last_updated_at) AS ended_at, created_at,
    CAST(floor(date_diff('millisecond', COALESCE(completed_at, last_updated_at), snapshot_at) / 86400000.0e0) AS bigint)
      AS days_since_end,
    CAST(floor(date_diff('millisecond', created_at, snapshot_at) / 86400000.0e0) AS bigint) AS days_since_creation
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status IN ('COMPLETED', 'CANCELED')
)
SELECT job_id, job_arn, status, days_since_end, days_since_creation, ended_at, created_at,
  count(*) OVER () AS jobs,
  CAST(sum(CASE WHEN days_since_end >= 700 THEN 1 ELSE 0 END) OVER () AS bigint) AS jobs_by_end
FROM ended
WHERE days_since_end >= 700 OR days_since_creation >= 700
ORDER BY ended_at, job_id
LIMIT 2000

-- question: Within how many hours were 99 of 100 jobs completed?
-- reads: rollouts and the record of the newest snapshot
--
-- The exact 99th percentile (nearest rank) of the hours from creation to completion, by the times of AWS, of the jobs
-- that were seen to complete in these days, each once. Left out are continuous jobs, which do not complete, and jobs
-- without a time of completion, or with one before their creation. p99_hours is null if fewer than 100 jobs remain, or
-- if the newest snapshot did not list COMPLETED.
WITH jobs_completed AS (
  SELECT job_id, created_at, max(hours_to_complete) AS hours
  FROM rollouts
  WHERE dt BETWEEN :bound_from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND hours_to_complete >= 0 AND COALESCE(target_selection, '') <> 'CONTINUOUS'
  GROUP BY job_id, created_at
),
ranked AS (
  SELECT hours, row_number() OVER (ORDER BY hours) AS place, count(*) OVER () AS jobs
  FROM jobs_completed
),
bounds AS (
  SELECT min(CASE WHEN 100 * place >= 99 * jobs THEN hours END) AS p99_hours, count(*) AS jobs
  FROM ranked
),
listed AS (
  SELECT count(*) AS listings
  FROM job_counts
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status = 'COMPLETED'
)
SELECT CASE WHEN b.jobs >= 100 AND l.listings > 0 THEN b.p99_hours END AS p99_hours, b.jobs
FROM bounds b
CROSS JOIN listed l

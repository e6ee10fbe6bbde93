-- question: How long did rollouts take from creation to completion, by the week of the completion?
-- reads: rollouts
--
-- Exact percentiles (nearest rank) of hours, of the jobs that were seen to complete in these days. Jobs without a time
-- of completion, or with one before their creation, are left out. Weeks begin on Monday.
WITH jobs_completed AS (
  SELECT job_id, created_at, max(completed_at) AS completed_at, max(hours_to_complete) AS hours
  FROM rollouts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND hours_to_complete >= 0
  GROUP BY job_id, created_at
),
ranked AS (
  SELECT CAST(date_trunc('week', completed_at) AS date) AS week,
    hours,
    row_number() OVER (PARTITION BY date_trunc('week', completed_at) ORDER BY hours) AS place,
    count(*) OVER (PARTITION BY date_trunc('week', completed_at)) AS jobs
  FROM jobs_completed
)
SELECT CAST(week AS varchar) AS week, max(jobs) AS jobs,
  round(min(hours), 2) AS least_hours,
  round(min(CASE WHEN place >= 0.05 * jobs THEN hours END), 2) AS p05_hours,
  round(min(CASE WHEN place >= 0.25 * jobs THEN hours END), 2) AS p25_hours,
  round(min(CASE WHEN place >= 0.50 * jobs THEN hours END), 2) AS p50_hours,
  round(min(CASE WHEN place >= 0.75 * jobs THEN hours END), 2) AS p75_hours,
  round(min(CASE WHEN place >= 0.90 * jobs THEN hours END), 2) AS p90_hours,
  round(min(CASE WHEN place >= 0.95 * jobs THEN hours END), 2) AS p95_hours,
  round(max(hours), 2) AS most_hours
FROM ranked
GROUP BY week
ORDER BY week

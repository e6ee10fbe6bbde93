-- question: How long did rollouts take from creation to completion, by the week of the completion?
-- reads: rollouts
--
-- Exact percentiles (nearest rank) of hours. Weeks begin on Monday. The first snapshot of a history brings all jobs that
-- AWS still keeps, so weeks may lie before it; of these only what was not deleted by then is here.
WITH jobs_completed AS (
  SELECT job_id, created_at, max(completed_at) AS completed_at
  FROM rollouts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  GROUP BY job_id, created_at
),
ranked AS (
  SELECT CAST(date_trunc('week', completed_at) AS date) AS week,
    date_diff('millisecond', created_at, completed_at) / 3600000.0e0 AS hours,
    row_number() OVER (
      PARTITION BY date_trunc('week', completed_at) ORDER BY date_diff('millisecond', created_at, completed_at)
    ) AS place,
    count(*) OVER (PARTITION BY date_trunc('week', completed_at)) AS jobs
  FROM jobs_completed
  WHERE completed_at IS NOT NULL AND created_at IS NOT NULL
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

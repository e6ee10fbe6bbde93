-- question: How long do rollouts take, week by week: half of them, nine in ten, ninety-five in a hundred?
-- reads: rollouts
--
-- Exact percentiles (nearest rank) of the jobs completed in a week, by the week of the completion.
WITH jobs_completed AS (
  SELECT export_name, account_id, region, job_id, created_at, max(completed_at) AS completed_at
  FROM rollouts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '90' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region, job_id, created_at
),
ranked AS (
  SELECT export_name, account_id, region,
    CAST(date_trunc('week', completed_at) AS date) AS week,
    date_diff('millisecond', created_at, completed_at) / 3600000.0e0 AS hours,
    row_number() OVER (
      PARTITION BY export_name, account_id, region, date_trunc('week', completed_at)
      ORDER BY date_diff('millisecond', created_at, completed_at)
    ) AS place,
    count(*) OVER (PARTITION BY export_name, account_id, region, date_trunc('week', completed_at)) AS jobs
  FROM jobs_completed
  WHERE completed_at IS NOT NULL AND created_at IS NOT NULL
)
SELECT export_name, account_id, region, week, max(jobs) AS jobs,
  round(min(CASE WHEN place >= 0.50 * jobs THEN hours END), 2) AS p50_hours,
  round(min(CASE WHEN place >= 0.90 * jobs THEN hours END), 2) AS p90_hours,
  round(min(CASE WHEN place >= 0.95 * jobs THEN hours END), 2) AS p95_hours
FROM ranked
GROUP BY export_name, account_id, region, week
ORDER BY export_name, account_id, region, week

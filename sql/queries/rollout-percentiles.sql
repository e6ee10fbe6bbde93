-- question: How long do rollouts take, week by week: half of them, nine in ten, ninety-five in a hundred?
-- reads: rollouts
--
-- Exact percentiles (nearest rank) of the jobs that were seen to complete in the last 90 days, by the week of
-- completion.
WITH jobs_completed AS (
  SELECT export_name, account_id, region, job_id, created_at, max(completed_at) AS completed_at,
    max(hours_to_complete) AS hours
  FROM rollouts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '90' DAY AS date) AS varchar) AND hours_to_complete IS NOT NULL
  GROUP BY export_name, account_id, region, job_id, created_at
),
ranked AS (
  SELECT export_name, account_id, region,
    CAST(date_trunc('week', completed_at) AS date) AS week,
    hours,
    row_number() OVER (
      PARTITION BY export_name, account_id, region, date_trunc('week', completed_at) ORDER BY hours
    ) AS place,
    count(*) OVER (PARTITION BY export_name, account_id, region, date_trunc('week', completed_at)) AS jobs
  FROM jobs_completed
)
SELECT export_name, account_id, region, week, max(jobs) AS jobs,
  round(min(CASE WHEN place >= 0.50 * jobs THEN hours END), 2) AS p50_hours,
  round(min(CASE WHEN place >= 0.90 * jobs THEN hours END), 2) AS p90_hours,
  round(min(CASE WHEN place >= 0.95 * jobs THEN hours END), 2) AS p95_hours
FROM ranked
GROUP BY export_name, account_id, region, week
ORDER BY export_name, account_id, region, week

-- question: How long did rollouts take from creation to completion, week by week: median and 90th percentile?
-- reads: rows of today: 4.5 MB a snapshot, 109 at most; records of eight days: 0.3 MB
--
-- Exact percentiles (nearest rank) by the week of completion, over a year. AWS keeps jobs that have ended for 730 days,
-- so the newest snapshot has them, also those from before the history. Jobs that were deleted since are missing. A row
-- without a week: the newest snapshot is not of today, so put the day of snapshot_at; or nothing was completed.
WITH newest AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at
  FROM snapshots
  -- Today. For another day put DATE '2026-11-23' for each current_date.
  WHERE dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
  GROUP BY export_name, account_id, region
),
jobs_completed AS (
  SELECT j.export_name, j.account_id, j.region, j.job_id, j.created_at, max(j.completed_at) AS completed_at
  FROM complete_jobs j
  JOIN newest n
    ON n.export_name = j.export_name AND n.account_id = j.account_id AND n.region = j.region
    AND n.snapshot_at = j.snapshot_at
  WHERE j.dt = CAST(current_date AS varchar) AND j.status = 'COMPLETED'
    AND j.completed_at >= CAST(date_trunc('week', current_date - INTERVAL '364' DAY) AS timestamp)
  GROUP BY j.export_name, j.account_id, j.region, j.job_id, j.created_at
),
measured AS (
  SELECT export_name, account_id, region, CAST(date_trunc('week', completed_at) AS date) AS week,
    date_diff('millisecond', created_at, completed_at) / 3600000.0e0 AS hours
  FROM jobs_completed
),
ranked AS (
  SELECT export_name, account_id, region, week, hours,
    row_number() OVER (PARTITION BY export_name, account_id, region, week ORDER BY hours) AS place,
    count(*) OVER (PARTITION BY export_name, account_id, region, week) AS jobs
  FROM measured
),
weeks AS (
  SELECT export_name, account_id, region, week, max(jobs) AS jobs,
    round(min(CASE WHEN place >= 0.50 * jobs THEN hours END), 2) AS p50_hours,
    round(min(CASE WHEN place >= 0.90 * jobs THEN hours END), 2) AS p90_hours
  FROM ranked
  GROUP BY export_name, account_id, region, week
)
SELECT n.export_name, n.account_id, n.region, n.snapshot_at, w.week, w.jobs, w.p50_hours, w.p90_hours
FROM newest n
LEFT JOIN weeks w ON w.export_name = n.export_name AND w.account_id = n.account_id AND w.region = n.region
ORDER BY n.export_name, n.account_id, n.region, w.week

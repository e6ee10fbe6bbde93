-- question: Of the jobs created in each week of a year, what share was completed, and what share canceled?
-- reads: rows of today: 4.5 MB a snapshot, 109 at most; records of eight days: 0.3 MB
--
-- Covers the jobs that the newest snapshot has; those that were deleted since are missing, as in durations-by-week.
-- Shares are null if the export does not list all statuses. A row without a week: put the day of snapshot_at, or there
-- is no job.
WITH counted AS (
  SELECT snapshot_at, export_name, account_id, region, status,
    max(snapshot_at) OVER (PARTITION BY export_name, account_id, region) AS newest_at
  FROM job_counts
  -- Today. For another day put DATE '2026-11-23' for each current_date.
  WHERE dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
),
newest AS (
  SELECT export_name, account_id, region, snapshot_at, count(DISTINCT status) AS statuses
  FROM counted
  WHERE snapshot_at = newest_at
  GROUP BY export_name, account_id, region, snapshot_at
),
seen AS (
  SELECT j.export_name, j.account_id, j.region, j.job_id, j.created_at, j.status,
    row_number() OVER (
      PARTITION BY j.export_name, j.account_id, j.region, j.job_id, j.created_at ORDER BY j.observed_at DESC, j.scope DESC
    ) AS place
  FROM complete_jobs j
  JOIN newest n
    ON n.export_name = j.export_name AND n.account_id = j.account_id AND n.region = j.region
    AND n.snapshot_at = j.snapshot_at
  WHERE j.dt = CAST(current_date AS varchar)
    AND j.created_at >= CAST(date_trunc('week', current_date - INTERVAL '364' DAY) AS timestamp)
),
weeks AS (
  SELECT export_name, account_id, region, CAST(date_trunc('week', created_at) AS date) AS week, count(*) AS jobs,
    count_if(status = 'COMPLETED') AS completed,
    count_if(status = 'CANCELED') AS canceled
  FROM seen
  WHERE place = 1 OR job_id IS NULL
  GROUP BY export_name, account_id, region, date_trunc('week', created_at)
)
SELECT n.export_name, n.account_id, n.region, n.snapshot_at, w.week, w.jobs,
  CASE WHEN n.statuses >= 5 THEN round(CAST(w.completed AS double) / w.jobs, 3) END AS completed_share,
  CASE WHEN n.statuses >= 5 THEN round(CAST(w.canceled AS double) / w.jobs, 3) END AS canceled_share
FROM newest n
LEFT JOIN weeks w ON w.export_name = n.export_name AND w.account_id = n.account_id AND w.region = n.region
ORDER BY n.export_name, n.account_id, n.region, w.week

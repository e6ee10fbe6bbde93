-- question: How long did rollouts of the last year take, by thing group: median and 90th percentile?
-- reads: rows of today: 4.5 MB a snapshot, 109 at most; records of eight days: 0.3 MB
--
-- As durations-by-week, for exports that list thing groups. completed is the number of completed jobs in the newest
-- snapshot, whenever they were completed; null if the group does not exist, or it is not known whether it does. A row
-- without percentiles: the newest snapshot is not of today, so put the day of snapshot_at; or nothing was completed in
-- a year.
WITH counted AS (
  SELECT snapshot_at, export_name, account_id, region, scope, job_count, missing,
    max(snapshot_at) OVER (PARTITION BY export_name, account_id, region) AS newest_at
  FROM job_counts
  -- Today. For another day put DATE '2026-11-23' for each current_date.
  WHERE dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
    AND status = 'COMPLETED' AND (thing_group_name IS NOT NULL OR queried_thing_group_id IS NOT NULL)
),
ranked AS (
  SELECT j.export_name, j.account_id, j.region, j.scope,
    date_diff('millisecond', j.created_at, j.completed_at) / 3600000.0e0 AS hours,
    row_number() OVER (
      PARTITION BY j.export_name, j.account_id, j.region, j.scope
      ORDER BY date_diff('millisecond', j.created_at, j.completed_at)
    ) AS place,
    count(*) OVER (PARTITION BY j.export_name, j.account_id, j.region, j.scope) AS jobs
  FROM complete_jobs j
  JOIN counted c
    ON c.export_name = j.export_name AND c.account_id = j.account_id AND c.region = j.region AND c.scope = j.scope
    AND c.snapshot_at = j.snapshot_at AND c.snapshot_at = c.newest_at
  WHERE j.dt = CAST(current_date AS varchar) AND j.status = 'COMPLETED'
    AND j.completed_at >= CAST(current_date - INTERVAL '365' DAY AS timestamp)
),
scopes AS (
  SELECT export_name, account_id, region, scope, max(jobs) AS jobs,
    round(min(CASE WHEN place >= 0.50 * jobs THEN hours END), 2) AS p50_hours,
    round(min(CASE WHEN place >= 0.90 * jobs THEN hours END), 2) AS p90_hours
  FROM ranked
  GROUP BY export_name, account_id, region, scope
)
SELECT c.export_name, c.account_id, c.region, c.scope, c.snapshot_at, CASE WHEN NOT c.missing THEN c.job_count END AS completed,
  s.jobs AS completed_in_a_year, s.p50_hours, s.p90_hours
FROM counted c
LEFT JOIN scopes s
  ON s.export_name = c.export_name AND s.account_id = c.account_id AND s.region = c.region AND s.scope = c.scope
WHERE c.snapshot_at = c.newest_at
ORDER BY c.export_name, c.account_id, c.region, c.scope

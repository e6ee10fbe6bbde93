-- question: When in the last thirty days was an export without a snapshot for more than a day, and longer than usual?
-- reads: records of thirty days: 1 MB
--
-- A row per gap of more than 36 hours that is also longer than 1.5 times the usual time between two snapshots, which is
-- the most frequent one. Without before_at there is no snapshot until the beginning of today. An export without any
-- snapshot in these days is not here; shorter gaps are in snapshot_health.
WITH spaced AS (
  SELECT export_name, account_id, region, snapshot_at AS after_at,
    lead(snapshot_at) OVER (PARTITION BY export_name, account_id, region ORDER BY snapshot_at) AS before_at
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
),
measured AS (
  SELECT export_name, account_id, region, after_at, before_at,
    date_diff('millisecond', after_at, COALESCE(before_at, CAST(current_date AS timestamp))) / 3600000.0e0 AS hours,
    CASE WHEN before_at IS NOT NULL THEN date_diff('millisecond', after_at, before_at) / 3600000.0e0 END AS gap_hours
  FROM spaced
),
counted AS (
  SELECT export_name, account_id, region, after_at, before_at, hours, gap_hours,
    count(*) OVER (PARTITION BY export_name, account_id, region, gap_hours) AS times
  FROM measured
),
usual AS (
  SELECT export_name, account_id, region, after_at, before_at, hours,
    first_value(gap_hours) OVER (
      PARTITION BY export_name, account_id, region
      ORDER BY CASE WHEN gap_hours IS NULL THEN 1 ELSE 0 END, times DESC, gap_hours
    ) AS usual_hours
  FROM counted
)
SELECT export_name, account_id, region, after_at, before_at, round(hours, 1) AS hours,
  round(usual_hours, 1) AS usual_hours
FROM usual
WHERE hours > 36 AND hours > 1.5e0 * COALESCE(usual_hours, 24)
ORDER BY export_name, account_id, region, after_at

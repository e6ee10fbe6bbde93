-- question: How do two snapshots of an export differ?
-- reads: rows and records of the two days: 4.5 MB a snapshot, 220 at most
--
-- As saved, the snapshots of noon (UTC) of yesterday and of today, or the newest ones before, without LATE ones
-- (unlinked_snapshots). An export that lacks one of the two, or the rows of one, is not here. A job that APPEARED or
-- VANISHED may be one that the export was not configured to list, before or after. job_changes has the single changes
-- in between, and reads less.
WITH pairs AS (
  SELECT export_name, account_id, region,
    -- The newest snapshots at two times. For others put TIMESTAMP '2026-11-20 06:00:00' here,
    max(CASE WHEN snapshot_at <= CAST(current_date AS timestamp) - INTERVAL '12' HOUR THEN snapshot_at END) AS earlier_at,
    max(CASE WHEN snapshot_at <= CAST(current_date AS timestamp) + INTERVAL '12' HOUR THEN snapshot_at END) AS later_at
  FROM snapshots
  -- and their days, '2026-11-20', here and below.
  WHERE dt IN (CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar), CAST(current_date AS varchar))
    -- LATE: taken after its scheduled time, when a later one existed.
    AND COALESCE(unlinked_reason, '') <> 'LATE'
  GROUP BY export_name, account_id, region
),
sums AS (
  SELECT p.export_name, p.account_id, p.region, p.earlier_at, p.later_at, sum(s.job_count) AS job_count
  FROM pairs p
  JOIN snapshots s
    ON s.export_name = p.export_name AND s.account_id = p.account_id AND s.region = p.region
    AND s.snapshot_at IN (p.earlier_at, p.later_at)
  WHERE s.dt IN (CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar), CAST(current_date AS varchar))
    AND p.earlier_at < p.later_at
  GROUP BY p.export_name, p.account_id, p.region, p.earlier_at, p.later_at
),
seen AS (
  SELECT j.export_name, j.account_id, j.region, b.earlier_at, b.later_at, j.snapshot_at, j.job_id, j.created_at, j.status,
    row_number() OVER (
      PARTITION BY j.export_name, j.account_id, j.region, j.snapshot_at, j.job_id, j.created_at
      ORDER BY j.observed_at DESC, j.scope DESC
    ) AS place,
    count(*) OVER (PARTITION BY j.export_name, j.account_id, j.region) = b.job_count AS is_whole
  FROM complete_jobs j
  JOIN sums b
    ON b.export_name = j.export_name AND b.account_id = j.account_id AND b.region = j.region
    AND j.snapshot_at IN (b.earlier_at, b.later_at)
  WHERE j.dt IN (CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar), CAST(current_date AS varchar))
),
compared AS (
  SELECT export_name, account_id, region, earlier_at, later_at, job_id, created_at,
    max(CASE WHEN snapshot_at = earlier_at THEN status END) AS from_status,
    max(CASE WHEN snapshot_at = later_at THEN status END) AS to_status
  FROM seen
  WHERE place = 1 AND is_whole AND job_id IS NOT NULL
  GROUP BY export_name, account_id, region, earlier_at, later_at, job_id, created_at
)
SELECT export_name, account_id, region, earlier_at, later_at, job_id,
  CASE WHEN from_status IS NULL THEN 'APPEARED' WHEN to_status IS NULL THEN 'VANISHED' ELSE 'MOVED' END AS change,
  from_status, to_status, created_at
FROM compared
WHERE from_status IS DISTINCT FROM to_status
ORDER BY export_name, account_id, region, change, from_status, to_status, created_at, job_id

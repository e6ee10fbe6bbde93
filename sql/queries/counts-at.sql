-- question: How many jobs were in each status at a time?
-- reads: records of eight days: 0.5 MB
--
-- As saved, at noon (UTC) of today. snapshot_at is the newest snapshot at that time, if it is not older than a week.
-- Null and thing groups: as in jobs-now.
WITH taken AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at
  FROM snapshots
  -- The time. For another day put DATE '2026-11-23' for each current_date.
  WHERE snapshot_at <= CAST(current_date AS timestamp) + INTERVAL '12' HOUR
    AND dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
    -- LATE: taken after its scheduled time, when a later one existed.
    AND COALESCE(unlinked_reason, '') <> 'LATE'
  GROUP BY export_name, account_id, region
)
SELECT t.snapshot_at, t.export_name, t.account_id, t.region, c.scope, c.status,
  CASE WHEN NOT c.missing THEN c.job_count END AS jobs
FROM taken t
JOIN job_counts c
  ON c.export_name = t.export_name AND c.account_id = t.account_id AND c.region = t.region
  AND c.snapshot_at = t.snapshot_at
WHERE c.dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
ORDER BY t.export_name, t.account_id, t.region, c.scope, c.status

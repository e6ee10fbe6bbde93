-- question: How long do jobs stay in each status: median and 90th percentile?
-- reads: records and changes of thirty days, and records of a year: 24 MB
--
-- Covers stays that ended in these days, from the first sight of the job in the status to the first sight in another
-- one. They are accurate to the time between two snapshots; a completion has the time that AWS gives. begun_unseen
-- counts stays that had begun before the history, or before a snapshot that was compared with none. Their length is not
-- known. If there are many of them, the other stays are the short ones.
WITH breaks AS (
  SELECT export_name, account_id, region, dt, min(started_at) AS begun_at, max(finished_at) AS ended_at
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '364' DAY AS date) AS varchar)
    AND previous_snapshot_id IS NULL AND COALESCE(unlinked_reason, '') <> 'LATE'
  GROUP BY export_name, account_id, region, dt
),
left_statuses AS (
  SELECT export_name, account_id, region, snapshot_id, job_id, created_at, from_status AS status, to_status, from_since,
    CASE WHEN from_status = 'COMPLETED' THEN completed_at END AS completed_before,
    CASE
      WHEN to_status = 'COMPLETED' AND completed_at < to_seen_at THEN greatest(completed_at, from_since)
      ELSE COALESCE(to_seen_at, finished_at)
    END AS left_at
  FROM job_changes
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
    AND (change = 'MOVED' OR (change = 'VANISHED' AND reason = 'GONE'))
),
stays AS (
  SELECT l.export_name, l.account_id, l.region, l.status,
    CASE
      WHEN l.completed_before IS NOT NULL OR max(b.dt) IS NULL
        THEN date_diff('millisecond', COALESCE(l.completed_before, l.from_since), l.left_at) / 3600000.0e0
    END AS hours
  FROM left_statuses l
  LEFT JOIN breaks b
    ON b.export_name = l.export_name AND b.account_id = l.account_id AND b.region = l.region
    AND l.from_since BETWEEN b.begun_at AND b.ended_at
  -- A stay that is in both days counts once.
  GROUP BY l.export_name, l.account_id, l.region, l.snapshot_id, l.job_id, l.created_at, l.status, l.to_status, l.from_since,
    l.completed_before, l.left_at
),
ranked AS (
  SELECT export_name, account_id, region, status, hours,
    row_number() OVER (PARTITION BY export_name, account_id, region, status ORDER BY hours NULLS LAST) AS place,
    count(hours) OVER (PARTITION BY export_name, account_id, region, status) AS stays
  FROM stays
)
SELECT export_name, account_id, region, status, max(stays) AS stays,
  round(min(CASE WHEN place >= 0.50 * stays THEN hours END), 1) AS p50_hours,
  round(min(CASE WHEN place >= 0.90 * stays THEN hours END), 1) AS p90_hours,
  count(*) - max(stays) AS begun_unseen
FROM ranked
GROUP BY export_name, account_id, region, status
ORDER BY export_name, account_id, region, status

-- question: How many jobs, and which, were in progress at a time?
-- reads: rows of that day: 4.5 MB a snapshot, 109 at most; records of eight days: 0.5 MB
--
-- As saved, at noon (UTC) of today. snapshot_at is the newest snapshot at that time. jobs_in_progress is from its
-- record, where a job in several thing groups counts in each. If it is not 0 and job_id is null, the snapshot is of an
-- earlier day, so put that day, or its rows are gone.
WITH taken AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at
  FROM snapshots
  -- The time. For another day put DATE '2026-11-23' for each current_date.
  WHERE snapshot_at <= CAST(current_date AS timestamp) + INTERVAL '12' HOUR
    AND dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
    -- LATE: taken after its scheduled time, when a later one existed.
    AND COALESCE(unlinked_reason, '') <> 'LATE'
  GROUP BY export_name, account_id, region
),
counted AS (
  SELECT t.snapshot_at, t.export_name, t.account_id, t.region, sum(CASE WHEN NOT c.missing THEN c.job_count END) AS jobs
  FROM taken t
  JOIN job_counts c
    ON c.export_name = t.export_name AND c.account_id = t.account_id AND c.region = t.region
    AND c.snapshot_at = t.snapshot_at
  WHERE c.dt BETWEEN CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
    AND c.status = 'IN_PROGRESS'
  GROUP BY t.snapshot_at, t.export_name, t.account_id, t.region
),
seen AS (
  SELECT j.export_name, j.account_id, j.region, j.job_id, j.status, j.created_at, j.target_selection,
    min(j.status_since) OVER (
      PARTITION BY j.export_name, j.account_id, j.region, j.job_id, j.created_at, j.status
    ) AS in_progress_since,
    row_number() OVER (
      PARTITION BY j.export_name, j.account_id, j.region, j.job_id, j.created_at ORDER BY j.observed_at DESC, j.scope DESC
    ) AS place
  FROM complete_jobs j
  JOIN taken t
    ON t.export_name = j.export_name AND t.account_id = j.account_id AND t.region = j.region
    AND t.snapshot_at = j.snapshot_at
  WHERE j.dt = CAST(current_date AS varchar)
)
SELECT c.snapshot_at, c.export_name, c.account_id, c.region, CAST(c.jobs AS bigint) AS jobs_in_progress,
  s.job_id, s.in_progress_since, s.created_at, s.target_selection
FROM counted c
LEFT JOIN seen s
  ON s.export_name = c.export_name AND s.account_id = c.account_id AND s.region = c.region
  AND s.place = 1 AND s.status = 'IN_PROGRESS'
ORDER BY c.export_name, c.account_id, c.region, s.created_at, s.job_id

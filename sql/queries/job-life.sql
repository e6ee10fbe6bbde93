-- question: In which statuses was one job, and when did it change?
-- reads: records and changes of half a year: 75 MB
--
-- A row per change that a snapshot saw. Since the last change the job is in to_status, as of the newest snapshot. The
-- hours count from the first sight of the job in the status, without a break. Changes before known_since may be
-- missing: at that time a snapshot was compared with none, as the first one is.
WITH lines AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS known_since
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '180' DAY AS date) AS varchar)
    AND previous_snapshot_id IS NULL AND COALESCE(unlinked_reason, '') <> 'LATE'
  GROUP BY export_name, account_id, region
)
SELECT c.snapshot_at, c.export_name, c.account_id, c.region, c.change, c.reason, c.from_status, c.to_status,
  round(date_diff('millisecond', c.from_since, COALESCE(c.to_seen_at, c.finished_at)) / 3600000.0e0, 1)
    AS hours_in_from_status,
  c.scopes, c.created_at, c.completed_at, l.known_since
FROM job_changes c
LEFT JOIN lines l ON l.export_name = c.export_name AND l.account_id = c.account_id AND l.region = c.region
WHERE c.dt >= CAST(CAST(current_date - INTERVAL '180' DAY AS date) AS varchar)
  -- The job.
  AND c.job_id = 'fw-2-5-0-eu-2026112214-00000'
ORDER BY c.export_name, c.account_id, c.region, c.created_at, c.snapshot_at, c.to_seen_at, c.from_status

-- question: What changed yesterday, job by job, newest first?
-- reads: records and changes of a day: 0.4 MB
--
-- Jobs that appeared, moved and vanished, each as the first snapshot saw it. The hours count from the first sight of
-- the job in the status, without a break. Reasons: see job_changes.
SELECT snapshot_at, export_name, account_id, region, job_id, change, reason, from_status, to_status,
  round(date_diff('millisecond', from_since, COALESCE(to_seen_at, finished_at)) / 3600000.0e0, 1) AS hours_in_from_status
FROM job_changes
WHERE dt = CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
ORDER BY snapshot_at DESC, export_name, account_id, region, job_id, created_at, change, from_status, to_status

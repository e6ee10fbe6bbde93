-- question: Which jobs have been in progress for seven days or more, longest first?
-- reads: stuck_jobs, so the rows of yesterday and today: 110 to 220 MB; records of eight days: 0.3 MB
--
-- Continuous jobs come last: they stay in progress until they are canceled or their end time has passed. A row without
-- days_in_progress is a job that has been in progress since an unknown time. If created_at is null, too, it is an
-- export whose newest snapshot, snapshot_at, is neither of today nor of yesterday: query snapshot_jobs of that day.
WITH newest AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region
)
SELECT s.target_selection, s.days_in_progress, s.in_progress_since, s.created_at, s.last_updated_at, n.snapshot_at,
  n.export_name, n.account_id, n.region, s.job_id
FROM newest n
LEFT JOIN stuck_jobs s
  ON s.export_name = n.export_name AND s.account_id = n.account_id AND s.region = n.region
  AND (s.days_in_progress >= 7 OR s.days_in_progress IS NULL)
WHERE s.export_name IS NOT NULL OR n.snapshot_at < CAST(current_date - INTERVAL '1' DAY AS timestamp)
ORDER BY CASE WHEN s.target_selection = 'CONTINUOUS' THEN 1 ELSE 0 END, s.days_in_progress DESC NULLS FIRST,
  n.export_name, n.account_id, n.region, s.created_at, s.job_id

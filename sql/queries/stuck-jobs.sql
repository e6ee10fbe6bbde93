-- question: Which jobs have been in progress for seven days or more, longest first?
-- reads: stuck_jobs, so the rows of yesterday and today: 110 to 220 MB
--
-- Continuous jobs come after all others: they stay in progress as long as they are wanted. A row without days_in_progress
-- is of a job that has been in progress since an unknown time.
SELECT target_selection, days_in_progress, in_progress_since, created_at, last_updated_at, export_name, account_id, region,
  job_id
FROM stuck_jobs
WHERE days_in_progress >= 7 OR days_in_progress IS NULL
ORDER BY CASE WHEN target_selection = 'CONTINUOUS' THEN 1 ELSE 0 END, days_in_progress DESC NULLS FIRST,
  export_name, account_id, region, created_at, job_id

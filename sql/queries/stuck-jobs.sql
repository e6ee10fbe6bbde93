-- question: Which jobs have been in progress for seven days or more, longest first?
-- reads: stuck_jobs
--
-- Without continuous jobs, which stay in progress as long as they are wanted. A row without days_in_progress is of a
-- job that has been in progress since an unknown time.
SELECT days_in_progress, in_progress_since, created_at, last_updated_at, export_name, account_id, region, job_id,
  target_selection
FROM stuck_jobs
WHERE (days_in_progress >= 7 OR days_in_progress IS NULL) AND target_selection IS DISTINCT FROM 'CONTINUOUS'
ORDER BY days_in_progress DESC NULLS FIRST, export_name, account_id, region, created_at, job_id

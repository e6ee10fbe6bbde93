-- question: Which jobs are in progress and have not been changed for seven days, oldest first?
-- reads: stuck_jobs
SELECT days_unchanged, last_updated_at, export_name, account_id, region, job_id, target_selection
FROM stuck_jobs
WHERE days_unchanged >= 7
ORDER BY last_updated_at, export_name, account_id, region, job_id

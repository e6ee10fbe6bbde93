-- question: Which jobs are in progress and have not been updated for seven days, oldest first?
-- reads: stuck_jobs
SELECT idle_days, last_updated_at, export_name, account_id, region, job_id, target_selection
FROM stuck_jobs
WHERE idle_days >= 7
ORDER BY last_updated_at, export_name, account_id, region, job_id

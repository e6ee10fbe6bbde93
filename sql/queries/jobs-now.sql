-- question: How many jobs are in each status now?
-- reads: latest_jobs
SELECT export_name, account_id, region, status, count(*) AS jobs
FROM latest_jobs
GROUP BY export_name, account_id, region, status
ORDER BY export_name, account_id, region, status

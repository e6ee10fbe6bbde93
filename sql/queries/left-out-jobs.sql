-- question: Which jobs are missed because the export was told to list less?
-- reads: vanished_jobs
SELECT dt, export_name, account_id, region, reason, last_status, count(*) AS jobs
FROM vanished_jobs
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar) AND left_out
GROUP BY dt, export_name, account_id, region, reason, last_status
ORDER BY dt, export_name, account_id, region, reason, last_status

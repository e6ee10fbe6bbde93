-- question: Which jobs are missed because the export was configured to list less?
-- reads: records and changes of thirty days: 13 MB
SELECT dt, export_name, account_id, region, last_status, count(*) AS jobs
FROM vanished_jobs
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar) AND reason = 'NOT_ASKED_NOW'
GROUP BY dt, export_name, account_id, region, last_status
ORDER BY dt, export_name, account_id, region, last_status

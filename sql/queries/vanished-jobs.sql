-- question: Which jobs vanished in the last seven days although the export looked for them?
-- reads: vanished_jobs
--
-- For thing groups, AWS's filter may have left them out: see vanished_jobs.
SELECT missed_at, export_name, account_id, region, job_id, last_status, last_seen_at, vanished_from
FROM vanished_jobs
WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar) AND reason = 'GONE'
ORDER BY missed_at DESC, export_name, account_id, region, job_id

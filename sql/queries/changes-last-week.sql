-- question: What changed in the last seven days, and how often?
-- reads: records and changes of eight days: 3 MB
--
-- A row per day and kind of change. What changed before a snapshot that was compared with none is not known, and not
-- here: see unlinked-snapshots. Reasons: see job_changes.
SELECT dt, export_name, account_id, region, change, reason, from_status, to_status, count(*) AS jobs
FROM job_changes
WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
GROUP BY dt, export_name, account_id, region, change, reason, from_status, to_status
ORDER BY dt DESC, export_name, account_id, region, change, reason, from_status, to_status

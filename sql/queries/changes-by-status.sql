-- question: How many jobs changed from which status to which, today and yesterday?
-- reads: records and changes of two days: 0.8 MB
--
-- Jobs without from_status are new, or came from a status that the export does not list. For a month replace 1 by 30:
-- 12 MB.
SELECT export_name, account_id, region, from_status, to_status, count(*) AS jobs
FROM status_changes
WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, from_status, to_status
ORDER BY export_name, account_id, region, from_status NULLS LAST, to_status

-- question: How many jobs went from which status to which today and yesterday?
-- reads: status_changes
--
-- Jobs without from_status are new, or came from a status that the export does not list.
SELECT export_name, account_id, region, from_status, to_status, count(*) AS jobs
FROM status_changes
WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, from_status, to_status
ORDER BY export_name, account_id, region, from_status NULLS LAST, to_status

-- question: Which jobs changed their status today or yesterday, newest first?
-- reads: status_changes
--
-- Jobs without from_status are new, or came from a status that the export does not list.
SELECT by_observed_at, export_name, account_id, region, job_id, from_status, to_status,
  round(at_least_hours, 2) AS at_least_hours, round(at_most_hours, 2) AS at_most_hours
FROM status_changes
WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
ORDER BY by_observed_at DESC, export_name, account_id, region, job_id, to_status

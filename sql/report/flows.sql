-- question: How many jobs went from which status to which?
-- reads: status_changes
SELECT from_status, to_status, count(*) AS jobs
FROM status_changes
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  AND from_status IS NOT NULL
GROUP BY from_status, to_status
ORDER BY from_status, to_status

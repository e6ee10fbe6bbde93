-- question: How many jobs went from which status to which?
-- reads: job_changes
SELECT from_status, to_status, count(*) AS jobs
FROM job_changes
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  AND change = 'MOVED'
GROUP BY from_status, to_status
ORDER BY from_status, to_status

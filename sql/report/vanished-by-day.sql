-- question: How many jobs were missed, day by day, and why?
-- reads: vanished_jobs
SELECT dt, reason, count(*) AS jobs
FROM vanished_jobs
WHERE dt BETWEEN :vanished_from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
GROUP BY dt, reason
ORDER BY dt, reason

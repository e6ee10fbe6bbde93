-- question: How many jobs were in each status, snapshot by snapshot?
-- reads: job_counts
SELECT snapshot_at, scope, status, job_count, missing
FROM job_counts
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
ORDER BY snapshot_at, scope, status

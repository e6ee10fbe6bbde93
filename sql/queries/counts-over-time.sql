-- question: How did the number of jobs in each status change over the last seven days?
-- reads: job_counts
SELECT export_name, account_id, region, scope, dt, status,
  min(job_count) AS least, max(job_count) AS most, CAST(count_if(missing) AS bigint) AS snapshots_without_group
FROM job_counts
WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, scope, dt, status
ORDER BY export_name, account_id, region, scope, dt, status

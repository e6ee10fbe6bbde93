-- question: How did the number of jobs in each status change over the last seven days?
-- reads: job_counts
--
-- Least and most are of the snapshots in which the thing group existed.
SELECT export_name, account_id, region, scope, dt, status,
  min(CASE WHEN NOT missing THEN job_count END) AS least, max(CASE WHEN NOT missing THEN job_count END) AS most,
  CAST(count_if(COALESCE(missing, false)) AS bigint) AS snapshots_without_group,
  CAST(count_if(missing IS NULL) AS bigint) AS snapshots_of_unknown_group
FROM job_counts
WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, scope, dt, status
ORDER BY export_name, account_id, region, scope, dt, status

-- question: How did the number of jobs in each status change over a year, week by week?
-- reads: records of a year: 12 MB
--
-- Least, mean and most are over the snapshots in which the thing group existed, without LATE ones (unlinked_snapshots).
-- For other steps replace 'week' by 'day' or 'month'; for another span change the number of days.
SELECT export_name, account_id, region, scope, status, CAST(date_trunc('week', snapshot_at) AS date) AS week,
  min(CASE WHEN NOT missing THEN job_count END) AS least,
  round(avg(CASE WHEN NOT missing THEN job_count END), 1) AS mean,
  max(CASE WHEN NOT missing THEN job_count END) AS most,
  CAST(count_if(COALESCE(missing, false)) AS bigint) AS snapshots_without_group,
  CAST(count_if(missing IS NULL) AS bigint) AS snapshots_of_unknown_group
FROM job_counts
WHERE dt >= CAST(CAST(current_date - INTERVAL '364' DAY AS date) AS varchar)
  -- LATE: taken after its scheduled time, when a later one existed.
  AND COALESCE(unlinked_reason, '') <> 'LATE'
GROUP BY export_name, account_id, region, scope, status, date_trunc('week', snapshot_at)
ORDER BY export_name, account_id, region, scope, status, week

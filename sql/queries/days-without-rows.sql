-- question: On which of the last thirty days are the rows of snapshots gone?
-- reads: rows and records of thirty days: 3.4 GB
--
-- `npm run verify` shows whether they expired or are lost. The counts of these snapshots are still in job_counts.
SELECT export_name, account_id, region, dt, count(*) AS snapshots,
  CAST(count_if(NOT rows_present) AS bigint) AS snapshots_without_rows
FROM snapshot_rows
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, dt
HAVING count_if(NOT rows_present) > 0
ORDER BY export_name, account_id, region, dt

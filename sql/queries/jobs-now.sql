-- question: How many jobs are in each status now?
-- reads: latest_jobs, and the records of yesterday and today
--
-- A row with null says that the newest snapshot has jobs and its rows are gone: nothing is known of them.
WITH counted AS (
  SELECT export_name, account_id, region, status, count(*) AS jobs
  FROM latest_jobs
  GROUP BY export_name, account_id, region, status
),
newest AS (
  SELECT export_name, account_id, region,
    row_number() OVER (PARTITION BY export_name, account_id, region ORDER BY snapshot_at DESC) AS place, job_count
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
)
SELECT n.export_name, n.account_id, n.region, c.status, c.jobs
FROM newest n
LEFT JOIN counted c ON c.export_name = n.export_name AND c.account_id = n.account_id AND c.region = n.region
WHERE n.place = 1 AND n.job_count > 0
ORDER BY n.export_name, n.account_id, n.region, c.status

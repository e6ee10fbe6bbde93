-- question: How many jobs were completed on each of the last thirty days?
-- reads: records and changes of thirty days: 13 MB
--
-- By the time of completion that AWS gives, including jobs that were deleted since. Null, not known: a snapshot of that
-- day was compared with none, or did not list completed jobs. Today counts up to the newest snapshot.
WITH taken AS (
  SELECT export_name, account_id, region, dt, count(*) AS snapshots,
    count_if(previous_snapshot_id IS NULL AND COALESCE(unlinked_reason, '') <> 'LATE') AS unlinked
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '29' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region, dt
),
listed AS (
  SELECT export_name, account_id, region, dt, count(DISTINCT snapshot_id) AS snapshots
  FROM job_counts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '29' DAY AS date) AS varchar) AND status = 'COMPLETED'
  GROUP BY export_name, account_id, region, dt
),
ends AS (
  SELECT export_name, account_id, region,
    CAST(CAST(COALESCE(completed_at, ended_by) AS date) AS varchar) AS dt, count(*) AS jobs
  FROM rollouts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '29' DAY AS date) AS varchar) AND status = 'COMPLETED'
  GROUP BY export_name, account_id, region, CAST(CAST(COALESCE(completed_at, ended_by) AS date) AS varchar)
),
days AS (
  SELECT t.export_name, t.account_id, t.region, t.dt, t.unlinked = 0 AND a.snapshots = t.snapshots AS is_known
  FROM taken t
  LEFT JOIN listed a
    ON a.export_name = t.export_name AND a.account_id = t.account_id AND a.region = t.region AND a.dt = t.dt
)
SELECT COALESCE(d.export_name, e.export_name) AS export_name, COALESCE(d.account_id, e.account_id) AS account_id,
  COALESCE(d.region, e.region) AS region, COALESCE(d.dt, e.dt) AS dt,
  CASE WHEN d.dt IS NULL OR d.is_known THEN COALESCE(e.jobs, 0) END AS completed
FROM days d
FULL OUTER JOIN ends e
  ON e.export_name = d.export_name AND e.account_id = d.account_id AND e.region = d.region AND e.dt = d.dt
WHERE COALESCE(d.dt, e.dt) >= CAST(CAST(current_date - INTERVAL '29' DAY AS date) AS varchar)
ORDER BY COALESCE(d.export_name, e.export_name), COALESCE(d.account_id, e.account_id), COALESCE(d.region, e.region),
  COALESCE(d.dt, e.dt)

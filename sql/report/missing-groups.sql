-- question: Which thing groups did not exist, in how many snapshots, and when?
-- reads: job_counts
WITH missed AS (
  SELECT scope, snapshot_id, snapshot_at
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND missing
  GROUP BY scope, snapshot_id, snapshot_at
)
SELECT scope, count(*) AS snapshots, min(snapshot_at) AS first_at, max(snapshot_at) AS last_at
FROM missed
GROUP BY scope
ORDER BY scope

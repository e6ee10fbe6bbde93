-- question: Which thing groups did not exist, or may not have, in how many snapshots, and when?
-- reads: job_counts
--
-- For a group without jobs the exporter calls DescribeThingGroup. If the call is refused or fails, or the group is
-- listed by its id, it is not known whether the group exists.
WITH missed AS (
  SELECT scope, snapshot_id, snapshot_at, missing
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND (missing OR missing IS NULL)
  GROUP BY scope, snapshot_id, snapshot_at, missing
)
SELECT scope, CAST(count_if(COALESCE(missing, false)) AS bigint) AS snapshots,
  CAST(count_if(missing IS NULL) AS bigint) AS unknown_snapshots,
  min(snapshot_at) AS first_at, max(snapshot_at) AS last_at
FROM missed
GROUP BY scope
ORDER BY scope

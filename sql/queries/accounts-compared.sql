-- question: How do accounts and Regions compare: how many jobs have they now, and how did those of the last thirty days end?
-- reads: records and changes of thirty days: 13 MB
--
-- Account-wide exports only. Ended jobs are those whose end a snapshot saw in these days; the shares are of them. Null:
-- the export does not list a status that the number needs. unlinked is the number of snapshots that were compared with
-- none, as the first one of a history is. What ended before these is not counted: see unlinked_snapshots.
WITH counted AS (
  SELECT snapshot_at, export_name, account_id, region, status, job_count,
    max(snapshot_at) OVER (PARTITION BY export_name, account_id, region) AS newest_at
  FROM job_counts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
    AND thing_group_name IS NULL AND queried_thing_group_id IS NULL
),
newest AS (
  SELECT export_name, account_id, region, snapshot_at,
    max(CASE WHEN status = 'SCHEDULED' THEN job_count END) AS scheduled,
    max(CASE WHEN status = 'IN_PROGRESS' THEN job_count END) AS in_progress,
    count_if(status = 'COMPLETED') > 0 AS lists_completed,
    count_if(status = 'CANCELED') > 0 AS lists_canceled
  FROM counted
  WHERE snapshot_at = newest_at
  GROUP BY export_name, account_id, region, snapshot_at
),
ended AS (
  SELECT export_name, account_id, region, status, hours_to_complete AS hours,
    row_number() OVER (
      PARTITION BY export_name, account_id, region ORDER BY hours_to_complete NULLS LAST
    ) AS place,
    count(hours_to_complete) OVER (PARTITION BY export_name, account_id, region) AS timed
  FROM rollouts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
),
ends AS (
  SELECT export_name, account_id, region,
    count_if(status = 'COMPLETED') AS completed,
    count_if(status = 'CANCELED') AS canceled,
    count(*) AS jobs,
    round(min(CASE WHEN place >= 0.50 * timed THEN hours END), 2) AS p50_hours,
    round(min(CASE WHEN place >= 0.90 * timed THEN hours END), 2) AS p90_hours
  FROM ended
  GROUP BY export_name, account_id, region
),
lines AS (
  SELECT export_name, account_id, region,
    count_if(previous_snapshot_id IS NULL AND COALESCE(unlinked_reason, '') <> 'LATE') AS unlinked
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region
)
SELECT n.export_name, n.account_id, n.region, n.snapshot_at, n.scheduled, n.in_progress,
  CASE WHEN n.lists_completed THEN CAST(COALESCE(e.completed, 0) AS bigint) END AS completed,
  CASE WHEN n.lists_canceled THEN CAST(COALESCE(e.canceled, 0) AS bigint) END AS canceled,
  CASE WHEN n.lists_completed AND n.lists_canceled THEN round(CAST(e.completed AS double) / e.jobs, 3) END AS completed_share,
  CASE WHEN n.lists_completed AND n.lists_canceled THEN round(CAST(e.canceled AS double) / e.jobs, 3) END AS canceled_share,
  e.p50_hours, e.p90_hours, CAST(l.unlinked AS bigint) AS unlinked
FROM newest n
LEFT JOIN ends e ON e.export_name = n.export_name AND e.account_id = n.account_id AND e.region = n.region
LEFT JOIN lines l ON l.export_name = n.export_name AND l.account_id = n.account_id AND l.region = n.region
ORDER BY n.export_name, n.account_id, n.region

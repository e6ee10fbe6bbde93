-- question: How many jobs were overdue at the last snapshot of each day?
-- reads: complete_changes, snapshot_jobs, job_counts and the records
--
-- By the present bound, bound_hours, as in the query in-progress: jobs that were known to be in progress in a scope for
-- longer than the bound, without continuous ones. Computed from the changes and from the jobs in progress at the newest
-- snapshot. Null, not known: there is no bound, the rows of the newest snapshot are gone, IN_PROGRESS was not listed,
-- or no job can be known to be in progress for so long, because the snapshot is within the bound after the last
-- snapshot that was compared with none, or after the first of the days shown.
WITH taken AS (
  SELECT s.snapshot_id, s.snapshot_at, s.started_at, s.previous_snapshot_id, s.dt,
    COALESCE(l.listings, 0) > 0 AS is_listed,
    row_number() OVER (PARTITION BY s.dt ORDER BY s.snapshot_at DESC) AS place,
    row_number() OVER (ORDER BY s.snapshot_at) AS number,
    lag(COALESCE(l.listings, 0) > 0) OVER (ORDER BY s.snapshot_at) AS was_listed
  FROM snapshots s
  LEFT JOIN (
    SELECT snapshot_id, count(*) AS listings
    FROM job_counts
    WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
      AND status = 'IN_PROGRESS'
    GROUP BY snapshot_id
  ) l ON l.snapshot_id = s.snapshot_id
  WHERE s.dt BETWEEN :from AND :to
    AND s.account_id = :account_id AND s.region = :region AND s.export_name = :export_name
    AND COALESCE(s.unlinked_reason, '') <> 'LATE'
),
-- Since when the jobs in progress are known without a break.
line AS (
  SELECT
    max(CASE WHEN number = 1 OR previous_snapshot_id IS NULL OR NOT is_listed OR NOT was_listed THEN snapshot_at END)
      AS begins_at,
    count_if(snapshot_id = :newest_snapshot) > 0 AS has_newest
  FROM taken
),
newest AS (
  SELECT job_id, created_at, target_selection, status, status_since, observed_at
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
),
counted_newest AS (
  SELECT COALESCE(sum(job_count), 0) AS listed
  FROM job_counts
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
),
kept AS (
  SELECT count(*) AS jobs
  FROM newest
),
days AS (
  SELECT t.dt, t.snapshot_id, t.started_at, CAST(NULLIF(:bound_hours, '') AS double) AS bound_hours,
    t.is_listed AND l.has_newest AND (c.listed = 0 OR k.jobs > 0)
      AND COALESCE(
        date_diff('millisecond', l.begins_at, t.started_at) / 3600000.0e0 > CAST(NULLIF(:bound_hours, '') AS double),
        false
      ) AS is_known
  FROM taken t
  CROSS JOIN line l
  CROSS JOIN counted_newest c
  CROSS JOIN kept k
  WHERE t.place = 1 AND t.dt BETWEEN :overdue_from AND :to
),
-- Stays in progress, with the last sight of each.
stays AS (
  SELECT job_id, created_at, from_since AS since, from_seen_at AS seen_until
  FROM complete_changes
  WHERE dt BETWEEN :overdue_from AND :to
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND from_status = 'IN_PROGRESS' AND COALESCE(target_selection, '') <> 'CONTINUOUS'
    AND date_diff('millisecond', from_since, from_seen_at) / 3600000.0e0 > CAST(NULLIF(:bound_hours, '') AS double)
  UNION ALL
  SELECT job_id, created_at, status_since AS since, observed_at AS seen_until
  FROM newest
  WHERE status = 'IN_PROGRESS' AND COALESCE(target_selection, '') <> 'CONTINUOUS'
    AND date_diff('millisecond', status_since, observed_at) / 3600000.0e0 > CAST(NULLIF(:bound_hours, '') AS double)
)
,
overdue AS (
  SELECT DISTINCT d.dt, s.job_id, s.created_at
  FROM days d
  JOIN stays s ON s.seen_until >= d.started_at
  WHERE date_diff(
    'millisecond', s.since, CASE WHEN d.snapshot_id = :newest_snapshot THEN s.seen_until ELSE d.started_at END
  ) / 3600000.0e0 > d.bound_hours
),
counted AS (
  SELECT dt, count(*) AS jobs
  FROM overdue
  GROUP BY dt
)
SELECT d.dt, CASE WHEN d.is_known THEN COALESCE(c.jobs, 0) END AS overdue
FROM days d
LEFT JOIN counted c ON c.dt = d.dt
ORDER BY d.dt

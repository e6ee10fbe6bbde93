-- question: How many jobs of each thing group are in progress, and how many of them are overdue?
-- reads: snapshot_jobs and the record of the newest snapshot
--
-- A job is overdue, or may be, as in the query in-progress. A job in several groups counts in each of them. Null, not
-- known: the group does not exist or may not, the status is not listed, or the rows are gone. Groups that do not exist
-- come first, then those that may not, then those with the most overdue jobs.
WITH requested AS (
  SELECT scope,
    CASE
      WHEN count_if(COALESCE(NOT missing, false)) > 0 THEN false
      WHEN count_if(COALESCE(missing, false)) > 0 THEN true
    END AS missing,
    max(CASE WHEN status = 'IN_PROGRESS' AND NOT missing THEN job_count END) AS in_progress
  FROM job_counts
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND (thing_group_name IS NOT NULL OR queried_thing_group_id IS NOT NULL)
  GROUP BY scope
),
in_progress AS (
  SELECT t.scope, j.target_selection, j.status_since, j.first_seen_at,
    date_diff('millisecond', j.status_since, j.observed_at) / 3600000.0e0 AS hours_in_progress,
    date_diff('millisecond', j.created_at, j.observed_at) / 3600000.0e0 AS hours_since_creation,
    CAST(NULLIF(:bound_hours, '') AS double) AS bound_hours
  FROM snapshot_jobs j
  CROSS JOIN UNNEST(j.scopes) AS t(scope)
  WHERE j.dt = :newest_dt AND j.snapshot_id = :newest_snapshot
    AND j.account_id = :account_id AND j.region = :region AND j.export_name = :export_name
    AND j.status = 'IN_PROGRESS'
),
judged AS (
  SELECT scope,
    CASE
      WHEN target_selection = 'CONTINUOUS' THEN 'CONTINUOUS'
      WHEN bound_hours IS NULL THEN 'NOT_KNOWN'
      WHEN hours_in_progress > bound_hours THEN 'OVERDUE'
      WHEN COALESCE(status_since = first_seen_at, true) AND COALESCE(hours_since_creation > bound_hours, true)
        THEN 'MAY_BE_OVERDUE'
      ELSE 'IN_TIME'
    END AS state
  FROM in_progress
),
counted AS (
  SELECT scope,
    CAST(count_if(state = 'OVERDUE') AS bigint) AS overdue,
    CAST(count_if(state = 'MAY_BE_OVERDUE') AS bigint) AS may_be_overdue,
    CAST(count_if(state = 'CONTINUOUS') AS bigint) AS continuous,
    count_if(state = 'NOT_KNOWN') > 0 AS is_unknown
  FROM judged
  GROUP BY scope
)
SELECT a.scope, a.missing, a.in_progress,
  CASE WHEN a.in_progress = 0 THEN 0 WHEN NOT c.is_unknown THEN c.overdue END AS overdue,
  CASE WHEN a.in_progress = 0 THEN 0 WHEN NOT c.is_unknown THEN c.may_be_overdue END AS may_be_overdue,
  CASE WHEN a.in_progress = 0 THEN 0 WHEN a.in_progress > 0 THEN c.continuous END AS continuous
FROM requested a
LEFT JOIN counted c ON c.scope = a.scope
ORDER BY CASE WHEN a.missing THEN 1 WHEN a.missing IS NULL THEN 2 ELSE 3 END,
  CASE WHEN a.in_progress = 0 THEN 0 WHEN NOT c.is_unknown THEN c.overdue END DESC NULLS LAST,
  CASE WHEN a.in_progress = 0 THEN 0 WHEN NOT c.is_unknown THEN c.may_be_overdue END DESC NULLS LAST,
  a.in_progress DESC NULLS LAST, a.scope

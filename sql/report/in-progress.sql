-- question: Which jobs are in progress at the newest snapshot, for how long, and which are overdue?
-- reads: snapshot_jobs
--
-- bound_hours is the time within which 99 of 100 jobs were completed: the query overdue-bound. OVERDUE: known to be in
-- progress for longer. MAY_BE_OVERDUE: not known to be in progress for longer, but created longer ago than that or at
-- an unknown time, and in progress at its first sight or since an unknown time. IN_TIME: neither. CONTINUOUS: a
-- continuous job, which is in progress until it is canceled, or, if it has an end time, until that has passed and all
-- its executions have ended. NOT_KNOWN: there is no bound. Sorted by state: OVERDUE, MAY_BE_OVERDUE, NOT_KNOWN,
-- IN_TIME, CONTINUOUS; within a state, jobs in progress since an unknown time first, then the longest first. At most
-- 2,000. unknown_jobs is the number of jobs in progress since an unknown time.
-- The time counts from the first sight of a job in progress, and again from a snapshot that was compared with none, so
-- a job may be in progress for longer, and never for less. The last update does not show that devices work: AWS does
-- not document that their work changes a job.
WITH in_progress AS (
  SELECT job_id, job_arn, status_since AS in_progress_since, first_seen_at, last_updated_at, created_at,
    target_selection, scopes,
    round(date_diff('millisecond', status_since, observed_at) / 86400000.0e0, 1) AS days_in_progress,
    date_diff('millisecond', status_since, observed_at) / 3600000.0e0 AS hours_in_progress,
    date_diff('millisecond', created_at, observed_at) / 3600000.0e0 AS hours_since_creation,
    CAST(NULLIF(:bound_hours, '') AS double) AS bound_hours
  FROM snapshot_jobs
  WHERE dt = :newest_dt AND snapshot_id = :newest_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND status = 'IN_PROGRESS'
),
judged AS (
  SELECT job_id, job_arn, in_progress_since, last_updated_at, created_at, target_selection, scopes,
    days_in_progress,
    CASE
      WHEN target_selection = 'CONTINUOUS' THEN 'CONTINUOUS'
      WHEN bound_hours IS NULL THEN 'NOT_KNOWN'
      WHEN hours_in_progress > bound_hours THEN 'OVERDUE'
      WHEN COALESCE(in_progress_since = first_seen_at, true) AND COALESCE(hours_since_creation > bound_hours, true)
        THEN 'MAY_BE_OVERDUE'
      ELSE 'IN_TIME'
    END AS state
  FROM in_progress
)
SELECT job_id, job_arn, state, days_in_progress, in_progress_since, last_updated_at, created_at, target_selection,
  scopes,
  count(*) OVER () AS jobs,
  CAST(sum(CASE WHEN state = 'OVERDUE' THEN 1 ELSE 0 END) OVER () AS bigint) AS overdue_jobs,
  CAST(sum(CASE WHEN state = 'MAY_BE_OVERDUE' THEN 1 ELSE 0 END) OVER () AS bigint) AS may_be_overdue_jobs,
  CAST(sum(CASE WHEN state = 'CONTINUOUS' THEN 1 ELSE 0 END) OVER () AS bigint) AS continuous_jobs,
  CAST(sum(CASE WHEN in_progress_since IS NULL THEN 1 ELSE 0 END) OVER () AS bigint) AS unknown_jobs
FROM judged
ORDER BY
  CASE state WHEN 'OVERDUE' THEN 1 WHEN 'MAY_BE_OVERDUE' THEN 2 WHEN 'NOT_KNOWN' THEN 3 WHEN 'IN_TIME' THEN 4 ELSE 5 END,
  in_progress_since NULLS FIRST, created_at, job_id
LIMIT 2000

-- question: Which jobs ended, how, and how long did they take?
-- reads: job_changes of the requested days
-- column job_id varchar: Id of the job
-- column status varchar: How it ended: COMPLETED, CANCELED, or DELETION_IN_PROGRESS where neither was seen before
-- column created_at timestamp(3): When the job was created
-- column in_progress_since timestamp(3): First sight of it in its last stay in progress; null if the snapshot before did not see it so
-- column last_seen_at timestamp(3): Last sight of it before its end; null where no snapshot saw it before
-- column completed_at timestamp(3): When it was completed, as AWS says; null where it does not
-- column ended_by timestamp(3): First sight of it after its end
-- column hours_to_start double: From creation until in_progress_since
-- column hours_in_progress double: From then until completed_at, or until ended_by where that is null
-- column hours_to_complete double: From creation until completed_at; null unless COMPLETED
-- column scopes array(varchar): Scopes that saw its end, sorted
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that saw its end
--
-- A row per job, on the day on which its end was seen. Jobs that ended before the history began, or before the export
-- listed them, are not here. Jobs that vanished before an end was seen are in vanished_jobs.
-- in_progress_since is the start of the last stay: a job with maintenance windows has several. For a job that was in
-- progress when the history began it is the time of the first snapshot. It is null for a job that was created and ended
-- between two snapshots.
-- A snapshot that was compared with none has no changes, so ends between it and the one before are missing: see
-- unlinked_snapshots.
WITH ended AS (
  SELECT
    job_id,
    to_status AS status,
    created_at,
    CASE WHEN from_status = 'IN_PROGRESS' THEN from_since END AS in_progress_since,
    from_seen_at,
    completed_at,
    to_seen_at,
    scopes,
    target_selection,
    account_id,
    region,
    export_name,
    dt
  FROM job_changes
  WHERE (to_status IN ('COMPLETED', 'CANCELED') OR (to_status = 'DELETION_IN_PROGRESS' AND COALESCE(reason, '') <> 'MAY_HAVE_MOVED'))
    AND (from_status IS NULL OR from_status NOT IN ('COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'))
    AND (change = 'MOVED' OR reason IN ('NEW', 'MAY_HAVE_MOVED'))
)
SELECT
  job_id,
  status,
  created_at,
  in_progress_since,
  from_seen_at AS last_seen_at,
  completed_at,
  to_seen_at AS ended_by,
  -- Clocks differ, and a page of ListJobs may show an older state.
  CASE
    WHEN in_progress_since < created_at THEN 0.0e0
    ELSE date_diff('millisecond', created_at, in_progress_since) / 3600000.0e0
  END AS hours_to_start,
  CASE
    WHEN completed_at < in_progress_since THEN 0.0e0
    ELSE date_diff('millisecond', in_progress_since, COALESCE(completed_at, to_seen_at)) / 3600000.0e0
  END AS hours_in_progress,
  CASE WHEN status = 'COMPLETED' THEN date_diff('millisecond', created_at, completed_at) / 3600000.0e0 END AS hours_to_complete,
  scopes,
  target_selection,
  account_id,
  region,
  export_name,
  dt
FROM ended

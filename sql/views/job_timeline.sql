-- question: From when until when was each job in each status?
-- reads: job_changes of the requested days, and latest_jobs, so yesterday and today
-- column job_id varchar: Id of the job
-- column created_at timestamp(3): When the job was created
-- column status varchar: Status
-- column status_since timestamp(3): First sight of it in the status, without a break since; null = not known
-- column last_seen_at timestamp(3): Last sight of it in the status
-- column left_by timestamp(3): First sight of it in another status, or the end of the snapshot that missed it; null = it goes on
-- column to_status varchar: Status after; null = it goes on, or the job vanished
-- column change varchar: MOVED or VANISHED; null = it goes on
-- column scopes array(varchar): Scopes that saw it so, sorted
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column completed_at timestamp(3): When the job was completed, as last seen
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that saw its end; of a stay that goes on, of the newest snapshot
--
-- A row per stay of a job in a status, however long. Its dt is the day on which its end was seen. For a stay that still
-- lasts, dt is the day of the newest snapshot in latest_jobs. So a condition on dt selects the stays that ended on
-- these days. A job with maintenance windows has a row for each stay in SCHEDULED and IN_PROGRESS. A stay that began
-- and ended between two snapshots is not seen. A job in several scopes may vanish from one and stay in another: see
-- scopes. Stays that still last come from latest_jobs, which reads yesterday and today. Those of an export that runs
-- weekly are here on the day of a snapshot and the day after only; snapshot_jobs has them with the day of its newest
-- snapshot. A stay that ended at a snapshot that was compared with none (unlinked_snapshots) has no row, and the next
-- stay begins with that snapshot.
SELECT
  job_id,
  created_at,
  from_status AS status,
  from_since AS status_since,
  from_seen_at AS last_seen_at,
  COALESCE(to_seen_at, finished_at) AS left_by,
  to_status,
  change,
  scopes,
  target_selection,
  completed_at,
  account_id,
  region,
  export_name,
  dt
FROM job_changes
WHERE change <> 'APPEARED'
UNION ALL
SELECT
  job_id,
  created_at,
  status,
  status_since,
  observed_at AS last_seen_at,
  CAST(NULL AS timestamp(3)) AS left_by,
  CAST(NULL AS varchar) AS to_status,
  CAST(NULL AS varchar) AS change,
  scopes,
  target_selection,
  completed_at,
  account_id,
  region,
  export_name,
  dt
FROM latest_jobs
WHERE job_id IS NOT NULL

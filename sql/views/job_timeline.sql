-- question: From when until when was each job seen in each status?
-- reads: snapshot_jobs of the days asked for
-- column job_id varchar: Id of the job
-- column created_at timestamp(3): When the job was created
-- column status varchar: Status
-- column first_seen_at timestamp(3): When it was first seen in the status on that day
-- column last_seen_at timestamp(3): When it was last seen in the status on that day
-- column snapshot_count bigint: Snapshots of that day that saw it so
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshots
--
-- A row per job, status and day, so that a condition on dt keeps the other days unread. Over several days take min and
-- max, as the saved query job-timeline does. A job with maintenance windows is SCHEDULED and IN_PROGRESS in turns: from
-- its first to its last sight in a status it may have been in the other in between. Snapshots whose rows are gone
-- (snapshot_rows) count as not taken: a job may have been in the status before and after.
SELECT
  job_id,
  created_at,
  status,
  min(observed_at) AS first_seen_at,
  max(observed_at) AS last_seen_at,
  count(*) AS snapshot_count,
  max(target_selection) AS target_selection,
  account_id,
  region,
  export_name,
  dt
FROM snapshot_jobs
WHERE job_id IS NOT NULL
GROUP BY account_id, region, export_name, dt, job_id, created_at, status

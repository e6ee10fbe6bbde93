-- question: Which jobs have been in progress for a day or more at the newest snapshot, or since an unknown time?
-- reads: latest_jobs, so yesterday and today
-- column job_id varchar: Id of the job
-- column in_progress_since timestamp(3): First sight of the job in progress, without a break since; null = not known
-- column days_in_progress double: Days from then to its last sight, to a tenth, 1 or more; null = not known
-- column last_updated_at timestamp(3): When the job was last updated
-- column created_at timestamp(3): When the job was created
-- column target_selection varchar: SNAPSHOT or CONTINUOUS; a continuous job ends when it is canceled, or after its end time
-- column is_concurrent boolean: Whether executions are being rolled out or canceled
-- column scopes array(varchar): Scopes that list the job, sorted
-- column snapshot_at timestamp(3): Scheduled time of the newest snapshot
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- For N days: WHERE days_in_progress >= N. The days are a lower bound. They count from the first sight of the job in
-- progress, and start again at a snapshot that was compared with none (unlinked_snapshots), so a history of fewer than
-- N days has no such job; created_at gives the upper bound. A job with maintenance windows is in progress since its
-- window began. Continuous jobs stay in progress until they are canceled or their end time has passed: WHERE
-- target_selection IS DISTINCT FROM 'CONTINUOUS' leaves them out.
-- last_updated_at does not show that devices work: AWS does not document that their work changes a job. DescribeJob
-- counts the executions of a job by status; ListJobs, and so this history, does not. If the rows of the newest snapshot
-- are gone (snapshot_rows), nothing of its export is here, and nothing is known.
WITH in_progress AS (
  SELECT
    job_id,
    status_since,
    round(date_diff('millisecond', status_since, observed_at) / 86400000.0e0, 1) AS days_in_progress,
    last_updated_at,
    created_at,
    target_selection,
    is_concurrent,
    scopes,
    snapshot_at,
    account_id,
    region,
    export_name,
    dt
  FROM latest_jobs
  WHERE status = 'IN_PROGRESS'
)
SELECT
  job_id,
  status_since AS in_progress_since,
  days_in_progress,
  last_updated_at,
  created_at,
  target_selection,
  is_concurrent,
  scopes,
  snapshot_at,
  account_id,
  region,
  export_name,
  dt
FROM in_progress
WHERE days_in_progress >= 1 OR days_in_progress IS NULL

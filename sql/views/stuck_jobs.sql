-- question: Which jobs are in progress at the newest snapshot and have not been changed for a day or more?
-- reads: latest_jobs, so yesterday and today
-- column job_id varchar: Id of the job
-- column days_unchanged bigint: Whole days from last_updated_at to the snapshot, 1 or more
-- column last_updated_at timestamp(3): When the job was last updated
-- column created_at timestamp(3): When the job was created
-- column target_selection varchar: SNAPSHOT or CONTINUOUS; the latter end when they are canceled, or after their end time
-- column is_concurrent boolean: Whether executions are being rolled out or canceled
-- column scopes array(varchar): Scopes that list the job, sorted
-- column snapshot_at timestamp(3): Scheduled time of the newest snapshot
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- For N days: WHERE days_unchanged >= N. Oldest first: ORDER BY last_updated_at. It is the job that was not changed: AWS
-- does not say that the work of its devices changes a job, so they may be at work on it, or stuck. DescribeJob counts a
-- job's executions by their status; ListJobs, and so this history, does not. Where the rows of the newest snapshot are gone
-- nothing of its export is here, and nothing is known: snapshot_rows.
WITH in_progress AS (
  SELECT
    job_id,
    CAST(floor(date_diff('millisecond', last_updated_at, snapshot_at) / 86400000.0e0) AS bigint) AS days_unchanged,
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
  days_unchanged,
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
WHERE days_unchanged >= 1

-- question: Which jobs are in progress at the newest snapshot and have not been updated for a day or more?
-- reads: latest_jobs, so yesterday and today
-- column job_id varchar: Id of the job
-- column idle_days bigint: Whole days from the last update to the snapshot, 1 or more
-- column last_updated_at timestamp(3): When the job was last updated
-- column created_at timestamp(3): When the job was created
-- column target_selection varchar: SNAPSHOT or CONTINUOUS; the latter stay in progress until they are canceled
-- column is_concurrent boolean: Whether executions are being rolled out
-- column scopes array(varchar): Scopes that list the job, sorted
-- column snapshot_at timestamp(3): Scheduled time of the newest snapshot
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- For N days: WHERE idle_days >= N. Oldest first: ORDER BY last_updated_at.
WITH in_progress AS (
  SELECT
    job_id,
    CAST(floor(date_diff('millisecond', last_updated_at, snapshot_at) / 86400000.0e0) AS bigint) AS idle_days,
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
  idle_days,
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
WHERE idle_days >= 1

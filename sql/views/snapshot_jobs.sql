-- question: Which jobs were in each snapshot, each of them once?
-- reads: complete_jobs of the requested days
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column observed_at timestamp(3): When the job was seen, the last time where several scopes have it
-- column scopes array(varchar): Scopes that list the job, sorted
-- column namespace_id varchar: Requested namespace
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job
-- column status varchar: Status, the last seen where several scopes have it; UNKNOWN where the service gave none
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column is_concurrent boolean: Whether executions are being rolled out or canceled
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column completed_at timestamp(3): When the job was completed
-- column first_seen_at timestamp(3): First sight of the job, in the scope that has it longest; null = not known
-- column status_since timestamp(3): First sight of it in this status, without a break since; null = not known
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A job is identified by its id and its creation time, because an id may be used again after its job was deleted. Jobs
-- without an id cannot be distinguished, so each of their rows stays. A snapshot without a row here had no jobs only if
-- rows_present is true for it in snapshot_rows. complete_jobs explains when first_seen_at and status_since are null.
WITH ranked AS (
  SELECT
    snapshot_id,
    snapshot_at,
    observed_at,
    CASE
      WHEN job_id IS NULL THEN ARRAY[scope]
      ELSE array_sort(array_agg(scope) OVER (
        PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at
      ))
    END AS scopes,
    namespace_id,
    job_arn,
    job_id,
    status,
    target_selection,
    is_concurrent,
    created_at,
    last_updated_at,
    completed_at,
    CASE
      WHEN job_id IS NOT NULL THEN min(first_seen_at) OVER (
        PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at
      )
    END AS first_seen_at,
    CASE
      WHEN job_id IS NOT NULL THEN min(status_since) OVER (
        PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at, status
      )
    END AS status_since,
    account_id,
    region,
    export_name,
    dt,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at
      ORDER BY observed_at DESC, scope DESC
    ) AS newest
  FROM complete_jobs
)
SELECT
  snapshot_id,
  snapshot_at,
  observed_at,
  scopes,
  namespace_id,
  job_arn,
  job_id,
  status,
  target_selection,
  is_concurrent,
  created_at,
  last_updated_at,
  completed_at,
  first_seen_at,
  status_since,
  account_id,
  region,
  export_name,
  dt
FROM ranked
WHERE newest = 1 OR job_id IS NULL

-- question: Which jobs are there now, as of the newest snapshot of each export, account and Region?
-- reads: snapshot_jobs and the records of yesterday and today
-- column snapshot_id varchar: Newest snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column observed_at timestamp(3): When the job was seen
-- column scopes array(varchar): Scopes that list the job, sorted
-- column namespace_id varchar: Requested namespace
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job
-- column status varchar: Status; UNKNOWN where the service gave none
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
-- Reads the snapshots of yesterday and today (UTC) only, not the whole history. An export that runs less often than
-- daily, or that stopped, is not here: query snapshot_jobs with the day of its newest snapshot. On a laptop, today is
-- the day of the newest snapshot. If the rows of the newest snapshot are gone (snapshot_rows), nothing of its export is
-- here, and nothing is known. complete_jobs explains when first_seen_at and status_since are null.
WITH newest AS (
  SELECT
    account_id,
    region,
    export_name,
    max(snapshot_at) AS snapshot_at
  FROM snapshots
  WHERE dt BETWEEN CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
  GROUP BY account_id, region, export_name
)
SELECT
  j.snapshot_id,
  j.snapshot_at,
  j.observed_at,
  j.scopes,
  j.namespace_id,
  j.job_arn,
  j.job_id,
  j.status,
  j.target_selection,
  j.is_concurrent,
  j.created_at,
  j.last_updated_at,
  j.completed_at,
  j.first_seen_at,
  j.status_since,
  j.account_id,
  j.region,
  j.export_name,
  j.dt
FROM snapshot_jobs j
JOIN newest n
  ON n.account_id = j.account_id
  AND n.region = j.region
  AND n.export_name = j.export_name
  AND n.snapshot_at = j.snapshot_at
WHERE j.dt BETWEEN CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar) AND CAST(current_date AS varchar)

-- question: Which rows may be counted: those of snapshots that have a record?
-- reads: the rows and records of the requested days
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column observed_at timestamp(3): When the page that held the job came
-- column scope varchar: Thing group by name or by id, or account-wide
-- column namespace_id varchar: Requested namespace
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job, from its ARN where the service gave none
-- column status varchar: Status; UNKNOWN where the service gave none
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column thing_group_id varchar: thingGroupId as ListJobs gave it
-- column is_concurrent boolean: Whether executions are being rolled out or canceled
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column completed_at timestamp(3): When the job was completed
-- column first_seen_at timestamp(3): First sight of the job in this scope, without a break since; null = not known
-- column status_since timestamp(3): First sight of it in this status, without a break since; null = not known
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A row per job and scope. Rows of a run that failed before it wrote its record are left out. A snapshot without a row
-- here had no jobs only if rows_present is true for it in snapshot_rows.
-- first_seen_at and status_since are null in rows of an older exporter, in LATE snapshots (unlinked_snapshots), and for
-- a job without id and ARN. They start again at a snapshot that was compared with none: a job may have been there for
-- longer than they show, never for less.
SELECT
  j.snapshot_id,
  j.snapshot_at,
  j.observed_at,
  COALESCE(j.thing_group_name, j.queried_thing_group_id, 'account-wide') AS scope,
  j.namespace_id,
  j.job_arn,
  COALESCE(j.job_id, substr(j.job_arn, strpos(j.job_arn, '/') + 1)) AS job_id,
  COALESCE(j.status, 'UNKNOWN') AS status,
  j.target_selection,
  j.thing_group_id,
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
FROM jobs j
JOIN snapshots s
  ON s.account_id = j.account_id
  AND s.region = j.region
  AND s.export_name = j.export_name
  AND s.dt = j.dt
  AND s.snapshot_id = j.snapshot_id

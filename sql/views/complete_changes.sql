-- question: What changed between each snapshot and the one before, by job and scope?
-- reads: the changes and records of the requested days
-- column snapshot_id varchar: Snapshot that saw the change
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column finished_at timestamp(3): When its last listing had ended
-- column previous_snapshot_id varchar: Snapshot before, which it is compared with
-- column previous_snapshot_at timestamp(3): Scheduled time of the snapshot before
-- column scope varchar: Thing group by name or by id, or account-wide
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job, from its ARN where the service gave none
-- column change varchar: APPEARED, MOVED (to another status) or VANISHED since the snapshot before
-- column reason varchar: Why it appeared or vanished; null of a job that moved
-- column from_status varchar: Status before; null if it appeared, UNKNOWN where the service gave none
-- column from_since timestamp(3): First sight of it in that status, without a break until then
-- column from_seen_at timestamp(3): Last sight of it in that status
-- column to_status varchar: Status after; null if it vanished, UNKNOWN where the service gave none
-- column to_seen_at timestamp(3): First sight of it in that status; null if it vanished
-- column target_selection varchar: SNAPSHOT or CONTINUOUS, as last seen
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When it was last updated, as last seen
-- column completed_at timestamp(3): When it was completed, as last seen
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that saw the change
--
-- A row per job and scope. Changes of a run that failed before it wrote its record are left out. The columns of the
-- table changes list the reasons. A snapshot that was compared with none has no changes here. That does not mean that
-- nothing changed: see unlinked_snapshots.
SELECT
  c.snapshot_id,
  c.snapshot_at,
  s.finished_at,
  c.previous_snapshot_id,
  c.previous_snapshot_at,
  COALESCE(c.thing_group_name, c.queried_thing_group_id, 'account-wide') AS scope,
  c.job_arn,
  COALESCE(c.job_id, substr(c.job_arn, strpos(c.job_arn, '/') + 1)) AS job_id,
  c.change,
  c.reason,
  CASE WHEN c.change <> 'APPEARED' THEN COALESCE(c.from_status, 'UNKNOWN') END AS from_status,
  c.from_since,
  c.from_seen_at,
  CASE WHEN c.change <> 'VANISHED' THEN COALESCE(c.to_status, 'UNKNOWN') END AS to_status,
  c.to_seen_at,
  c.target_selection,
  c.created_at,
  c.last_updated_at,
  c.completed_at,
  c.account_id,
  c.region,
  c.export_name,
  c.dt
FROM changes c
JOIN snapshots s
  ON s.account_id = c.account_id
  AND s.region = c.region
  AND s.export_name = c.export_name
  AND s.dt = c.dt
  AND s.snapshot_id = c.snapshot_id
  AND s.previous_snapshot_id = c.previous_snapshot_id

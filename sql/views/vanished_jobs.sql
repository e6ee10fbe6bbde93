-- question: Which jobs were in one snapshot and not in the next, and why?
-- reads: job_changes and the records of the requested days
-- column job_id varchar: Id of the job
-- column last_status varchar: Status that it had last
-- column last_since timestamp(3): First sight of it in that status, without a break
-- column last_seen_at timestamp(3): When it was last seen
-- column last_snapshot_id varchar: Snapshot that saw it last
-- column missed_at timestamp(3): Scheduled time of the snapshot after that, which did not see it
-- column reason varchar: GONE, or why its absence says nothing: see below
-- column vanished_from array(varchar): Scopes that list it no more, sorted
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column completed_at timestamp(3): When the job was completed
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that missed it
--
-- GONE: the snapshot listed the job's scope in its last status and in all that may follow, and did not find it. So
-- reason = 'GONE' selects the jobs that vanished although the export looked for them. For thing groups this is as
-- reliable as AWS's filter, which has left out SCHEDULED jobs of a group (docs/aws-behaviour.md).
-- With the other reasons it is not known what became of the job. GROUP_UNKNOWN: as GONE, but its thing group has no
-- jobs any more, and it is not known whether the group exists. GROUP_MISSING: its thing group no longer exists.
-- NOT_ASKED_NOW: the export no longer lists its scope, status, target selection or namespace. MAY_HAVE_MOVED: it may
-- have moved to a status that the export does not list, as from IN_PROGRESS back to SCHEDULED at the end of a
-- maintenance window. If scopes differ, the reason is the first of GONE, GROUP_UNKNOWN, MAY_HAVE_MOVED, NOT_ASKED_NOW,
-- GROUP_MISSING.
-- A job that vanished from one scope may still be in another, and may appear again: see job_changes. A snapshot that
-- was compared with none has no vanished jobs here: see unlinked_snapshots.
WITH existing AS (
  SELECT account_id, region, export_name, dt, snapshot_id, array_agg(DISTINCT scope ORDER BY scope) AS scopes
  FROM job_counts
  WHERE NOT missing
  GROUP BY account_id, region, export_name, dt, snapshot_id
)
SELECT
  c.job_id,
  c.from_status AS last_status,
  c.from_since AS last_since,
  c.from_seen_at AS last_seen_at,
  c.previous_snapshot_id AS last_snapshot_id,
  c.snapshot_at AS missed_at,
  CASE
    WHEN c.reason = 'GONE' AND NOT COALESCE(arrays_overlap(c.scopes, e.scopes), false) THEN 'GROUP_UNKNOWN'
    ELSE c.reason
  END AS reason,
  c.scopes AS vanished_from,
  c.target_selection,
  c.created_at,
  c.last_updated_at,
  c.completed_at,
  c.account_id,
  c.region,
  c.export_name,
  c.dt
FROM job_changes c
LEFT JOIN existing e
  ON e.account_id = c.account_id
  AND e.region = c.region
  AND e.export_name = c.export_name
  AND e.dt = c.dt
  AND e.snapshot_id = c.snapshot_id
WHERE c.change = 'VANISHED'

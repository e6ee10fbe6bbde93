-- question: What changed between each snapshot and the one before, each job once?
-- reads: complete_changes of the requested days
-- column snapshot_id varchar: Snapshot that saw the change
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column finished_at timestamp(3): When its last listing had ended
-- column previous_snapshot_id varchar: Snapshot before, which it is compared with
-- column previous_snapshot_at timestamp(3): Scheduled time of the snapshot before
-- column scopes array(varchar): Scopes that saw the change, sorted
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job
-- column change varchar: APPEARED, MOVED (to another status) or VANISHED since the snapshot before
-- column reason varchar: Why it appeared or vanished, see below; null of a job that moved
-- column from_status varchar: Status before, the last seen; null if it appeared, UNKNOWN where the service gave none
-- column from_since timestamp(3): First sight of it in that status, without a break until then
-- column from_seen_at timestamp(3): Last sight of it in that status
-- column to_status varchar: Status after, the last seen; null if it vanished, UNKNOWN where the service gave none
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
-- A row per snapshot, job and kind of change; a job that moved has a row per pair of statuses.
-- Reasons of APPEARED: NOT_ASKED_BEFORE, the export did not list this scope or status before, or the group did not
-- exist; NEW, the job was created after the snapshot before; MAY_HAVE_MOVED, it may come from a status that the export
-- does not list; UNEXPLAINED. Reasons of VANISHED: GROUP_MISSING, the group no longer exists; NOT_ASKED_NOW, the export
-- no longer lists this scope or status; MAY_HAVE_MOVED, it may have moved to a status that the export does not list;
-- GONE. If the scopes of a job differ, the reason is the last of these. For thing groups, GONE may be a fault of AWS's
-- filter: see vanished_jobs.
-- Scopes are listed one after the other, so a job can move or be created between their pages. Then one snapshot sees
-- the change in some scopes, and the next one in the others. The change has one row, that of the first of these
-- snapshots. This works within a UTC day only: if the change fell between the pages of the last snapshot of a day, the
-- first snapshot of the next day has a row for it, too. So have two snapshots that were compared with the same one. A
-- job that vanishes from several scopes in several snapshots has a row for each.
-- A snapshot that was compared with none has no changes here. That does not mean that nothing changed: see
-- unlinked_snapshots.
WITH keyed AS (
  SELECT
    snapshot_id, snapshot_at, finished_at, previous_snapshot_id, previous_snapshot_at, scope, job_arn, job_id, change,
    reason, from_status, from_since, from_seen_at, to_status, to_seen_at, target_selection, created_at,
    last_updated_at, completed_at, account_id, region, export_name, dt,
    -- Keys in the order of time, then of scope: milliseconds have 13 digits. An unknown time sorts first; without COALESCE
    -- max_by would ignore the row, as its key would be null.
    COALESCE(CAST(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00', from_seen_at) AS varchar), '0000000000000') || scope
      AS from_key,
    COALESCE(CAST(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00', to_seen_at) AS varchar), '0000000000000') || scope
      AS to_key
  FROM complete_changes
),
grouped AS (
  SELECT
    snapshot_id,
    max(snapshot_at) AS snapshot_at,
    max(finished_at) AS finished_at,
    max(previous_snapshot_id) AS previous_snapshot_id,
    max(previous_snapshot_at) AS previous_snapshot_at,
    array_sort(array_distinct(array_agg(scope))) AS scopes,
    max(job_arn) AS job_arn,
    job_id,
    change,
    substr(max(CASE
      WHEN reason IN ('NOT_ASKED_BEFORE', 'GROUP_MISSING') THEN '1'
      WHEN reason IN ('NEW', 'NOT_ASKED_NOW') THEN '2'
      WHEN reason = 'MAY_HAVE_MOVED' THEN '3'
      ELSE '4'
    END || reason), 2) AS reason,
    max_by(from_status, from_key) AS from_status,
    -- Scopes that saw it vanish, or appear, may have seen it in several statuses: the last one counts, even if its time is
    -- not known. max_by ignores null in DuckDB and returns it in Trino, so null is replaced.
    CASE
      WHEN change = 'MOVED' THEN min(from_since)
      ELSE NULLIF(max_by(COALESCE(from_since, TIMESTAMP '1970-01-01 00:00:00'), from_key), TIMESTAMP '1970-01-01 00:00:00')
    END AS from_since,
    max(from_seen_at) AS from_seen_at,
    max_by(to_status, to_key) AS to_status,
    CASE WHEN min(to_status) = max(to_status) THEN min(to_seen_at) ELSE max(to_seen_at) END AS to_seen_at,
    max(to_seen_at) AS to_last_seen_at,
    max(target_selection) AS target_selection,
    created_at,
    max(last_updated_at) AS last_updated_at,
    max(completed_at) AS completed_at,
    account_id,
    region,
    export_name,
    dt
  FROM keyed
  GROUP BY account_id, region, export_name, dt, snapshot_id, job_id, created_at, change,
    CASE WHEN change = 'MOVED' THEN from_status END, CASE WHEN change = 'MOVED' THEN to_status END
),
reported AS (
  SELECT
    snapshot_id, snapshot_at, finished_at, previous_snapshot_id, previous_snapshot_at, scopes, job_arn, job_id, change,
    reason, from_status, from_since, from_seen_at, to_status, to_seen_at, target_selection, created_at,
    last_updated_at, completed_at, account_id, region, export_name, dt,
    max(to_last_seen_at) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at, to_status,
        change = 'MOVED' OR reason IN ('NEW', 'MAY_HAVE_MOVED')
      ORDER BY finished_at, snapshot_at, from_seen_at DESC NULLS LAST, from_status
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS status_reported_at,
    max(to_last_seen_at) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at, change, reason
      ORDER BY finished_at, snapshot_at, from_seen_at DESC NULLS LAST, from_status
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reason_reported_at,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at, change, reason, previous_snapshot_id, scopes
      ORDER BY finished_at, snapshot_at
    ) AS telling
  FROM grouped
)
SELECT
  snapshot_id,
  snapshot_at,
  finished_at,
  previous_snapshot_id,
  previous_snapshot_at,
  scopes,
  job_arn,
  job_id,
  change,
  reason,
  from_status,
  from_since,
  from_seen_at,
  to_status,
  to_seen_at,
  target_selection,
  created_at,
  last_updated_at,
  completed_at,
  account_id,
  region,
  export_name,
  dt
FROM reported
-- Leaves out what another scope or snapshot has already, if none saw the job as it was before since then; for changes that
-- concern scopes, what a snapshot that was compared with the same one has already.
WHERE CASE
  WHEN change = 'MOVED' THEN COALESCE(status_reported_at <= from_seen_at, true)
  WHEN change = 'APPEARED' AND reason IN ('NEW', 'MAY_HAVE_MOVED') THEN
    COALESCE(reason_reported_at <= previous_snapshot_at, true) AND COALESCE(status_reported_at <= previous_snapshot_at, true)
  ELSE telling = 1
END

-- question: Which jobs went from one status to another, when, and how long had they been in the first?
-- reads: job_changes of the requested days
-- column job_id varchar: Id of the job
-- column from_status varchar: Status before; null where the job was not seen before
-- column to_status varchar: Status after
-- column reason varchar: Null for a move; NEW or MAY_HAVE_MOVED (from a status that is not listed) where from_status is null
-- column after_snapshot_id varchar: Snapshot before, the last that saw it in the status before
-- column after_observed_at timestamp(3): When that was: the change came later; null where it was not seen before
-- column by_snapshot_id varchar: First snapshot that saw it in the status after
-- column by_observed_at timestamp(3): When that was: the change had come
-- column from_since timestamp(3): First sight of it in the status before, without a break
-- column at_least_hours double: Hours from the first to the last sight of it in the status before, without a break
-- column at_most_hours double: Hours in the status before, at most
-- column scopes array(varchar): Scopes that saw the change, sorted
-- column created_at timestamp(3): When the job was created
-- column completed_at timestamp(3): When it was completed, as last seen
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that saw the change first
--
-- A row per job and change, however much time lies between the two snapshots. Several changes between two snapshots
-- count as one. A job that is new, or that came from a status that the export does not list, has no from_status: WHERE
-- from_status IS NOT NULL leaves it out. A job that left to such a status is in vanished_jobs.
-- The hours are those of this stay: a job with maintenance windows is SCHEDULED and IN_PROGRESS many times.
-- at_most_hours is an upper bound, whatever happened between snapshots. It counts from the last sight in another status
-- if that was on the same UTC day; for COMPLETED, from the completion; else from the creation. at_least_hours counts
-- the time in which snapshots saw the job in the status. A job that left the status and came back between two snapshots
-- was in it for less. A snapshot that was compared with none has no changes here. That does not mean that nothing
-- changed: see unlinked_snapshots.
WITH moves AS (
  SELECT
    job_id, from_status, to_status, reason, previous_snapshot_id, from_seen_at, snapshot_id, to_seen_at, from_since,
    scopes, created_at, completed_at, target_selection, account_id, region, export_name, dt,
    lag(to_status) OVER one_job AS earlier_status,
    lag(to_seen_at) OVER one_job AS earlier_seen_at,
    lag(CASE reason WHEN 'NEW' THEN created_at WHEN 'MAY_HAVE_MOVED' THEN previous_snapshot_at ELSE from_seen_at END)
      OVER one_job AS earlier_after
  FROM job_changes
  WHERE change = 'MOVED' OR (change = 'APPEARED' AND reason IN ('NEW', 'MAY_HAVE_MOVED'))
  WINDOW one_job AS (
    PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at, to_seen_at, to_status, from_status
  )
),
bounded AS (
  SELECT
    job_id, from_status, to_status, reason, previous_snapshot_id, from_seen_at, snapshot_id, to_seen_at, from_since,
    scopes, created_at, completed_at, target_selection, account_id, region, export_name, dt,
    date_diff('millisecond', from_since, from_seen_at) / 3600000.0e0 AS at_least_hours,
    CASE
      WHEN from_status IS NOT NULL THEN date_diff(
        'millisecond',
        CASE
          WHEN from_status = 'COMPLETED' AND completed_at IS NOT NULL THEN completed_at
          -- If scopes saw it move one after the other, the earlier time may be within this stay.
          WHEN earlier_seen_at > from_since THEN created_at
          WHEN earlier_status = from_status THEN earlier_after
          ELSE COALESCE(earlier_seen_at, created_at)
        END,
        CASE WHEN completed_at < to_seen_at AND from_status IN ('SCHEDULED', 'IN_PROGRESS') THEN completed_at ELSE to_seen_at END
      ) / 3600000.0e0
    END AS at_most_hours
  FROM moves
)
SELECT
  job_id,
  from_status,
  to_status,
  reason,
  previous_snapshot_id AS after_snapshot_id,
  from_seen_at AS after_observed_at,
  snapshot_id AS by_snapshot_id,
  to_seen_at AS by_observed_at,
  from_since,
  at_least_hours,
  -- Clocks differ: the lower bound must not exceed the upper one.
  CASE WHEN at_most_hours < at_least_hours THEN at_least_hours ELSE at_most_hours END AS at_most_hours,
  scopes,
  created_at,
  completed_at,
  target_selection,
  account_id,
  region,
  export_name,
  dt
FROM bounded

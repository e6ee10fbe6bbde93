-- question: When was each job first seen in a status that it was not seen in before, and what was seen of it before?
-- reads: two_day_rows, so the rows, twice, and records of the days asked for and of the day before each
-- column job_id varchar: Id of the job
-- column status varchar: Status that it is first seen in
-- column snapshot_id varchar: First snapshot that saw it so
-- column observed_at timestamp(3): When that was
-- column previous_status varchar: Status that it was seen in before; null where it was not, the day before included
-- column previous_snapshot_id varchar: Last snapshot that saw it in the status before
-- column previous_observed_at timestamp(3): When that was
-- column previous_first_at timestamp(3): First of the snapshots, one after the other, that saw it in the status before
-- column previous_after timestamp(3): When it was last seen in another status before that; null where it was not
-- column created_at timestamp(3): When the job was created
-- column completed_at timestamp(3): When the job was completed
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column previous_rows_gone boolean: Whether rows of snapshots just before are gone: without a status before, it may have been in this one
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A job has a status several times: it goes back from IN_PROGRESS to SCHEDULED at the end of each maintenance window. A
-- snapshot of the export without the job ends its stay in a status, an hour without a snapshot, or whose rows are gone,
-- does not.
-- status_changes and rollouts are made of this view. Each snapshot counts a job once, as in snapshot_jobs, and the
-- windows are partitioned by the day: so a condition on dt reads two days, where a window over all days reads them all.
WITH ranked AS (
  SELECT job_id, COALESCE(status, 'UNKNOWN') AS status, snapshot_id, snapshot_at, snapshot_dt, previous_snapshot_at,
    previous_rows_gone, observed_at, created_at, completed_at, target_selection, account_id, region, export_name, dt,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at
      ORDER BY observed_at DESC, scope DESC
    ) AS newest
  FROM two_day_rows
  WHERE job_id IS NOT NULL
),
sightings AS (
  SELECT
    job_id, status, snapshot_id, snapshot_at, observed_at, created_at, completed_at, target_selection,
    account_id, region, export_name, snapshot_dt, previous_snapshot_at, previous_rows_gone, dt,
    lag(status) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
    ) AS previous_status,
    lag(snapshot_at) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
    ) AS seen_before_at,
    lag(snapshot_id) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
    ) AS previous_snapshot_id,
    lag(observed_at) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
    ) AS previous_observed_at
  FROM ranked
  WHERE newest = 1
),
runs AS (
  SELECT
    job_id, status, snapshot_id, observed_at, previous_status, previous_snapshot_id, previous_observed_at,
    lag(observed_at) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
    ) AS previous_first_at,
    max(CASE WHEN previous_status <> status THEN previous_observed_at END) OVER (
      PARTITION BY account_id, region, export_name, dt, job_id, created_at ORDER BY snapshot_at
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_after,
    created_at, completed_at, target_selection, previous_rows_gone, account_id, region, export_name, snapshot_dt, dt
  FROM sightings
  WHERE previous_status IS NULL OR previous_status <> status OR seen_before_at < previous_snapshot_at
)
SELECT
  job_id,
  status,
  snapshot_id,
  observed_at,
  previous_status,
  previous_snapshot_id,
  previous_observed_at,
  previous_first_at,
  previous_after,
  created_at,
  completed_at,
  target_selection,
  previous_rows_gone,
  account_id,
  region,
  export_name,
  dt
FROM runs
WHERE snapshot_dt = dt AND (previous_status IS NULL OR previous_status <> status)

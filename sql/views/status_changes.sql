-- question: Which jobs went from one status to another, when, and how long had they been in the first?
-- reads: job_runs, so the days asked for and the day before each
-- column job_id varchar: Id of the job
-- column from_status varchar: Status before
-- column to_status varchar: Status after
-- column after_snapshot_id varchar: Last snapshot that saw it in the status before
-- column after_observed_at timestamp(3): When that was: the change came later
-- column by_snapshot_id varchar: First snapshot that saw it in the status after
-- column by_observed_at timestamp(3): When that was: the change had come
-- column at_least_hours double: Hours from the first to the last of the snapshots that saw it so, one after the other
-- column at_most_hours double: Hours in the status before, at most
-- column created_at timestamp(3): When the job was created
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot that saw the change first
--
-- The hours are of this stay in the status before: a job with maintenance windows is SCHEDULED and IN_PROGRESS many
-- times. "At most" counts from when it was last seen in another status, else from its creation, and holds whatever
-- happened between snapshots. "At least" counts what was seen: a job that left the status and came back between two
-- snapshots, as one may whose window ended and whose next began, was in it for less. Two days are looked at, so of a
-- longer stay "at least" is of these days alone. A change across more than a day without a snapshot, or without
-- rows, is not here: see snapshot_health and snapshot_rows.
SELECT
  job_id,
  previous_status AS from_status,
  status AS to_status,
  previous_snapshot_id AS after_snapshot_id,
  previous_observed_at AS after_observed_at,
  snapshot_id AS by_snapshot_id,
  observed_at AS by_observed_at,
  date_diff('millisecond', previous_first_at, previous_observed_at) / 3600000.0e0 AS at_least_hours,
  date_diff(
    'millisecond',
    COALESCE(previous_after, created_at),
    CASE WHEN completed_at < observed_at AND previous_status IN ('SCHEDULED', 'IN_PROGRESS') THEN completed_at ELSE observed_at END
  ) / 3600000.0e0 AS at_most_hours,
  created_at,
  target_selection,
  account_id,
  region,
  export_name,
  dt
FROM job_runs
WHERE previous_status IS NOT NULL

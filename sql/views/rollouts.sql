-- question: When was each job created, seen to go in progress and completed, and how long did that take?
-- reads: job_runs, so the days asked for and the day before each
-- column job_id varchar: Id of the job
-- column created_at timestamp(3): When the job was created
-- column first_in_progress_at timestamp(3): When it was first seen to go in progress on that day; null where it did not
-- column completed_at timestamp(3): When it was completed; null where it was not seen so on that day
-- column hours_to_start double: From creation until then
-- column hours_to_complete double: From creation to completion
-- column hours_in_progress double: From then to completion, where both are of that day
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date on which it was seen to go in progress or to be completed
--
-- A row per job and day on which it went ahead: one that starts on one day and completes on another has two. The saved
-- query rollouts makes one of them, and takes the first start. A job with maintenance windows starts with each of them,
-- and has a row for the day of each. Of a job that was in progress when the history began, that is its first sight. A job
-- that may have been in progress in rows that are gone is not seen to go in progress.
WITH days AS (
  SELECT
    job_id,
    created_at,
    min(CASE WHEN status = 'IN_PROGRESS' THEN observed_at END) AS first_in_progress_at,
    max(CASE WHEN status = 'COMPLETED' THEN completed_at END) AS completed_at,
    max(target_selection) AS target_selection,
    account_id,
    region,
    export_name,
    dt
  FROM job_runs
  WHERE status = 'COMPLETED'
    OR (status = 'IN_PROGRESS' AND (previous_status IS NOT NULL OR NOT previous_rows_gone))
  GROUP BY account_id, region, export_name, dt, job_id, created_at
)
SELECT
  job_id,
  created_at,
  first_in_progress_at,
  completed_at,
  date_diff('millisecond', created_at, first_in_progress_at) / 3600000.0e0 AS hours_to_start,
  date_diff('millisecond', created_at, completed_at) / 3600000.0e0 AS hours_to_complete,
  date_diff('millisecond', first_in_progress_at, completed_at) / 3600000.0e0 AS hours_in_progress,
  target_selection,
  account_id,
  region,
  export_name,
  dt
FROM days

-- question: How many jobs were created, started, finished, canceled and marked for deletion, day by day?
-- reads: job_runs and two_day_snapshots
--
-- Created by the time that AWS says. The others by the day of the snapshot that saw the job so first; of jobs that no
-- earlier snapshot saw, those that are not older than the day before, so that what was there before the history began is
-- not taken for a move. A status that a job went through between two snapshots is not seen. A job with maintenance
-- windows starts anew with each of them; that it goes back to SCHEDULED at the end of one is not counted here. A day has
-- null where rows of it, or of the snapshots just before it, are gone: what moved is not known.
WITH runs AS (
  SELECT job_id, created_at, status, dt,
    previous_status IS NOT NULL OR (
      NOT previous_rows_gone
      AND created_at >= CAST(CAST(dt AS date) - INTERVAL '1' DAY AS timestamp)
      AND created_at >= CAST(CAST(:first AS date) AS timestamp)
    ) AS has_moved
  FROM job_runs
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
),
jobs_seen AS (
  SELECT job_id, created_at, CAST(CAST(created_at AS date) AS varchar) AS created_on
  FROM runs
  WHERE created_at >= CAST(CAST(:from AS date) AS timestamp)
  GROUP BY job_id, created_at
),
moves AS (
  SELECT created_on AS dt, 'CREATED' AS move, count(*) AS jobs
  FROM jobs_seen
  GROUP BY created_on
  UNION ALL
  SELECT dt, status AS move, count(*) AS jobs
  FROM runs
  WHERE has_moved AND status <> 'SCHEDULED'
  GROUP BY dt, status
  UNION ALL
  SELECT dt, 'ROWS_GONE' AS move, count(*) AS jobs
  FROM two_day_snapshots
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND snapshot_dt = dt
    AND (NOT rows_present OR (previous_gone_at IS NOT NULL AND (previous_at IS NULL OR previous_at < previous_gone_at)))
  GROUP BY dt
),
days AS (
  SELECT dt,
    count_if(move = 'ROWS_GONE') = 0 AS is_known,
    CAST(sum(CASE WHEN move = 'CREATED' THEN jobs ELSE 0 END) AS bigint) AS created,
    CAST(sum(CASE WHEN move = 'IN_PROGRESS' THEN jobs ELSE 0 END) AS bigint) AS started,
    CAST(sum(CASE WHEN move = 'COMPLETED' THEN jobs ELSE 0 END) AS bigint) AS finished,
    CAST(sum(CASE WHEN move = 'CANCELED' THEN jobs ELSE 0 END) AS bigint) AS canceled,
    CAST(sum(CASE WHEN move = 'DELETION_IN_PROGRESS' THEN jobs ELSE 0 END) AS bigint) AS being_deleted
  FROM moves
  WHERE dt BETWEEN :from AND :to
  GROUP BY dt
)
SELECT dt,
  CASE WHEN is_known THEN created END AS created,
  CASE WHEN is_known THEN started END AS started,
  CASE WHEN is_known THEN finished END AS finished,
  CASE WHEN is_known THEN canceled END AS canceled,
  CASE WHEN is_known THEN being_deleted END AS being_deleted
FROM days
ORDER BY dt

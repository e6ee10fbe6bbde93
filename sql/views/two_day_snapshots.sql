-- question: Which snapshots of a day and of the day before have their rows, and which of these are neighbours?
-- reads: the rows and records of the days asked for and of the day before each
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column snapshot_dt varchar: UTC date of the snapshot: dt, or the day before
-- column rows_present boolean: Whether its rows are there; true of a snapshot that had none
-- column previous_at timestamp(3): Scheduled time of the last snapshot before that has its rows; null where there is none
-- column previous_gone_at timestamp(3): Scheduled time of the last snapshot before whose rows are gone; null = none
-- column next_at timestamp(3): Scheduled time of the first snapshot after that has its rows; null where there is none
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date on which the snapshot is looked at
--
-- Each snapshot twice, for its own day and for the day after, as in two_day_jobs. What a snapshot saw is compared with
-- those that have their rows, never with one whose rows are gone: it did not see that there are no jobs.
WITH kept AS (
  SELECT DISTINCT snapshot_id, account_id, region, export_name, dt
  FROM jobs
  UNION ALL
  SELECT DISTINCT snapshot_id, account_id, region, export_name,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS dt
  FROM jobs
),
records_by_day AS (
  SELECT snapshot_id, snapshot_at, job_count, account_id, region, export_name, dt AS snapshot_dt, dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_id, snapshot_at, job_count, account_id, region, export_name, dt AS snapshot_dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS dt
  FROM snapshots
),
checked AS (
  SELECT r.snapshot_id, r.snapshot_at, r.snapshot_dt, r.job_count = 0 OR k.snapshot_id IS NOT NULL AS rows_present,
    r.account_id, r.region, r.export_name, r.dt
  FROM records_by_day r
  LEFT JOIN kept k
    ON k.account_id = r.account_id AND k.region = r.region AND k.export_name = r.export_name AND k.dt = r.dt
    AND k.snapshot_id = r.snapshot_id
)
SELECT
  snapshot_id,
  snapshot_at,
  snapshot_dt,
  rows_present,
  max(CASE WHEN rows_present THEN snapshot_at END) OVER (
    PARTITION BY account_id, region, export_name, dt ORDER BY snapshot_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS previous_at,
  max(CASE WHEN NOT rows_present THEN snapshot_at END) OVER (
    PARTITION BY account_id, region, export_name, dt ORDER BY snapshot_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS previous_gone_at,
  min(CASE WHEN rows_present THEN snapshot_at END) OVER (
    PARTITION BY account_id, region, export_name, dt ORDER BY snapshot_at
    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
  ) AS next_at,
  account_id,
  region,
  export_name,
  dt
FROM checked

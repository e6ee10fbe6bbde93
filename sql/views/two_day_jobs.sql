-- question: Which rows may be counted on a day, those of the day before with them?
-- reads: the rows and records of the days asked for and of the day before each
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column snapshot_dt varchar: UTC date of the snapshot: dt, or the day before
-- column observed_at timestamp(3): When the page that held the job came
-- column scope varchar: Thing group by name or by id, or account-wide
-- column namespace_id varchar: Namespace asked for
-- column job_id varchar: Id of the job, from its ARN where the service gave none
-- column status varchar: Status
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column completed_at timestamp(3): When the job was completed
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date on which the row is looked at
--
-- The rows of complete_jobs twice, for their own day and for the day after: views that compare with the snapshot before
-- are made of it. The copies are taken of the tables, below the join: Trino moves no condition on a computed day through
-- a join, since the computation might fail for a row that the join leaves out.
WITH rows_by_day AS (
  SELECT snapshot_id, snapshot_at, observed_at, thing_group_name, queried_thing_group_id, namespace_id, job_arn, job_id,
    status, target_selection, created_at, last_updated_at, completed_at, account_id, region, export_name,
    dt AS snapshot_dt, dt
  FROM jobs
  UNION ALL
  SELECT snapshot_id, snapshot_at, observed_at, thing_group_name, queried_thing_group_id, namespace_id, job_arn, job_id,
    status, target_selection, created_at, last_updated_at, completed_at, account_id, region, export_name,
    dt AS snapshot_dt, CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS dt
  FROM jobs
),
records_by_day AS (
  SELECT snapshot_id, account_id, region, export_name, dt AS snapshot_dt, dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_id, account_id, region, export_name, dt AS snapshot_dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS dt
  FROM snapshots
)
SELECT
  j.snapshot_id,
  j.snapshot_at,
  j.snapshot_dt,
  j.observed_at,
  COALESCE(j.thing_group_name, j.queried_thing_group_id, 'account-wide') AS scope,
  j.namespace_id,
  COALESCE(j.job_id, substr(j.job_arn, strpos(j.job_arn, '/') + 1)) AS job_id,
  j.status,
  j.target_selection,
  j.created_at,
  j.last_updated_at,
  j.completed_at,
  j.account_id,
  j.region,
  j.export_name,
  j.dt
FROM rows_by_day j
JOIN records_by_day s
  ON s.account_id = j.account_id
  AND s.region = j.region
  AND s.export_name = j.export_name
  AND s.dt = j.dt
  AND s.snapshot_dt = j.snapshot_dt
  AND s.snapshot_id = j.snapshot_id

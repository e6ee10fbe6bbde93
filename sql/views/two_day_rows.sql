-- question: Which rows may be counted on a day, those of the day before with them, and which snapshot came before?
-- reads: two_day_jobs and two_day_snapshots, so the rows, twice, and records of the days asked for and of the day before each
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column snapshot_dt varchar: UTC date of the snapshot: dt, or the day before
-- column previous_snapshot_at timestamp(3): Scheduled time of the last snapshot before that has its rows; null where neither day has one
-- column previous_rows_gone boolean: Whether rows of snapshots between that one and this are gone
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
-- A job that no snapshot saw before is new only where previous_rows_gone is false: else it may have been in the rows that
-- are gone.
SELECT
  j.snapshot_id,
  j.snapshot_at,
  j.snapshot_dt,
  s.previous_at AS previous_snapshot_at,
  s.previous_gone_at IS NOT NULL AND (s.previous_at IS NULL OR s.previous_at < s.previous_gone_at) AS previous_rows_gone,
  j.observed_at,
  j.scope,
  j.namespace_id,
  j.job_id,
  j.status,
  j.target_selection,
  j.created_at,
  j.last_updated_at,
  j.completed_at,
  j.account_id,
  j.region,
  j.export_name,
  j.dt
FROM two_day_jobs j
JOIN two_day_snapshots s
  ON s.account_id = j.account_id
  AND s.region = j.region
  AND s.export_name = j.export_name
  AND s.dt = j.dt
  AND s.snapshot_dt = j.snapshot_dt
  AND s.snapshot_id = j.snapshot_id

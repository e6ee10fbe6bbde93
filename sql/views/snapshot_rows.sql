-- question: Of which snapshots are the rows present, and of which are they gone?
-- reads: the rows and records of the requested days
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column job_count bigint: Rows that the snapshot had when it was taken, by its record
-- column rows_present boolean: Whether its rows are there; true of a snapshot that had none
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- Rows may expire (`expireRowsAfterDays`), records do not. If the rows are gone, it is not known which jobs the
-- snapshot had, and other views treat it as if it had not been taken. Its counts are in job_counts, from the record.
-- `npm run verify` distinguishes expired rows from lost ones.
WITH kept AS (
  SELECT DISTINCT snapshot_id, account_id, region, export_name, dt
  FROM jobs
)
SELECT
  s.snapshot_id,
  s.snapshot_at,
  s.job_count,
  s.job_count = 0 OR k.snapshot_id IS NOT NULL AS rows_present,
  s.account_id,
  s.region,
  s.export_name,
  s.dt
FROM snapshots s
LEFT JOIN kept k
  ON k.account_id = s.account_id
  AND k.region = s.region
  AND k.export_name = s.export_name
  AND k.dt = s.dt
  AND k.snapshot_id = s.snapshot_id

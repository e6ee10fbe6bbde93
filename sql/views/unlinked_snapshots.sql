-- question: Which snapshots were compared with none, or not with the one before them, and why?
-- reads: the records of the days asked for and of the day before each, no rows
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column reason varchar: OLDER_VERSION, FIRST, LATE, UNREADABLE, FORK or GAP: see below
-- column previous_snapshot_id varchar: Snapshot that it was compared with; null = none
-- column newest_before_id varchar: Newest snapshot before it, LATE ones aside, of this day and the one before; null = none
-- column job_count bigint: Rows of the snapshot
-- column exporter_version varchar: Version of the exporter that wrote it
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- What changed before a snapshot that was compared with none is not known: it has no rows in changes, nor in the views of
-- them, and what its jobs were since (status_since, first_seen_at) begins anew with it. OLDER_VERSION, its exporter did not
-- look for changes; FIRST, it is the first of its export; LATE, it was taken when a later one stood already, as a replay is:
-- nothing is compared with it either, so nothing is lost; UNREADABLE, the rows before it could not be read.
-- Two more were compared with another one than the newest before them: FORK, that one was compared with the same, since two
-- runs passed each other, so that both tell what happened until the first of them; GAP, another one stands between, or the
-- one that it was compared with is gone. `npm run verify` holds the whole line to its records.
WITH windows AS (
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, unlinked_reason, job_count, exporter_version,
    account_id, region, export_name, dt, dt AS on_dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, unlinked_reason, job_count, exporter_version,
    account_id, region, export_name, dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS on_dt
  FROM snapshots
),
lined AS (
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, unlinked_reason, job_count, exporter_version,
    account_id, region, export_name, dt, on_dt,
    max(CASE WHEN COALESCE(unlinked_reason, '') <> 'LATE' THEN snapshot_id END) OVER earlier AS newest_before_id,
    max(CASE WHEN COALESCE(unlinked_reason, '') <> 'LATE' THEN previous_snapshot_id END) OVER earlier AS newest_previous_id
  FROM windows
  WINDOW earlier AS (
    PARTITION BY account_id, region, export_name, on_dt ORDER BY snapshot_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
judged AS (
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, newest_before_id, job_count, exporter_version,
    account_id, region, export_name, dt, on_dt,
    CASE
      WHEN unlinked_reason IS NOT NULL THEN unlinked_reason
      WHEN previous_snapshot_id IS NULL THEN 'OLDER_VERSION'
      WHEN newest_before_id = previous_snapshot_id THEN NULL
      WHEN newest_previous_id = previous_snapshot_id THEN 'FORK'
      WHEN newest_before_id <> previous_snapshot_id THEN 'GAP'
    END AS reason
  FROM lined
)
SELECT
  snapshot_id,
  snapshot_at,
  reason,
  previous_snapshot_id,
  newest_before_id,
  job_count,
  exporter_version,
  account_id,
  region,
  export_name,
  on_dt AS dt
FROM judged
WHERE dt = on_dt AND reason IS NOT NULL

-- question: Which snapshots were compared with none, or not with the one before them, and why?
-- reads: the records of the requested days and of the day before each, no rows
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
-- What changed before a snapshot that was compared with none is not known. The snapshot has no rows in changes and in
-- the views of them, and status_since and first_seen_at start again with it. OLDER_VERSION: its exporter did not look
-- for changes. FIRST: it is the first snapshot of its export. UNREADABLE: the rows of the snapshot before could not be
-- read. LATE: it was taken when a later one existed, as a replay is; the later ones are not compared with it, so
-- nothing is lost. FORK and GAP are snapshots that were compared with another one than newest_before_id. FORK: both
-- were compared with the same one, because two runs overlapped, so both have the changes since that one. GAP: another
-- snapshot lies between, or the one it was compared with no longer exists. `npm run verify` checks the whole sequence.
WITH windows AS (
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, unlinked_reason, job_count, exporter_version,
    account_id, region, export_name, dt, dt AS on_dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_id, snapshot_at, previous_snapshot_id, unlinked_reason, job_count, exporter_version,
    account_id, region, export_name, dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS on_dt
  FROM snapshots
  CROSS JOIN UNNEST(ARRAY[CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar)]) AS t(next_dt)
  -- Always true. It lets Trino compute the day to read from the requested day. Without it Trino checks each day of each
  -- account, Region and export, which takes half a minute for a million of them.
  WHERE dt = CAST(CAST(CAST(next_dt AS date) - INTERVAL '1' DAY AS date) AS varchar)
    AND next_dt = CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar)
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

-- question: How many jobs were created, started, finished, canceled and marked for deletion, day by day?
-- reads: job_changes, status_changes and unlinked_snapshots
--
-- Created is counted by the time that AWS gives, for jobs that were first seen in these days. The others are counted on
-- the day of the first snapshot that saw them so. A status that came and went between two snapshots is not seen. A job
-- with maintenance windows starts with each of them; its way back to SCHEDULED is not counted. A day has null where one
-- of its snapshots was compared with none, as on the day on which the history begins: what moved is not known.
WITH moves AS (
  SELECT CAST(CAST(created_at AS date) AS varchar) AS dt, 'CREATED' AS move
  FROM job_changes
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND change = 'APPEARED' AND reason = 'NEW'
  UNION ALL
  SELECT dt, to_status AS move
  FROM status_changes
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  UNION ALL
  SELECT dt, CASE WHEN reason IN ('FIRST', 'OLDER_VERSION', 'UNREADABLE') THEN 'UNKNOWN' ELSE 'KNOWN' END AS move
  FROM unlinked_snapshots
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
),
days AS (
  SELECT dt,
    count_if(move = 'UNKNOWN') = 0 AS is_known,
    CAST(count_if(move = 'CREATED') AS bigint) AS created,
    CAST(count_if(move = 'IN_PROGRESS') AS bigint) AS started,
    CAST(count_if(move = 'COMPLETED') AS bigint) AS finished,
    CAST(count_if(move = 'CANCELED') AS bigint) AS canceled,
    CAST(count_if(move = 'DELETION_IN_PROGRESS') AS bigint) AS being_deleted
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

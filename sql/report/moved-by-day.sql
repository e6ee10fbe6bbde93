-- question: How many jobs were created, started, completed, canceled and marked for deletion, day by day?
-- reads: job_changes, job_counts and the records
--
-- Created is counted by the time that AWS gives, for jobs that were first seen in these days. The others are counted on
-- the day of the first snapshot that saw them so. A status between two snapshots is not seen. A job with maintenance
-- windows counts as started at each of them; its way back to SCHEDULED is not counted. Null: not known. is_compared is
-- false if a snapshot of the day was compared with none, as on the first day of the history, and if the day has no
-- snapshot. If it is true and a number is null, a snapshot of the day did not list the status. The number of created
-- jobs is known if SCHEDULED and IN_PROGRESS are listed, and up to what the first snapshot of the next day shows.
WITH moves AS (
  SELECT CAST(CAST(created_at AS date) AS varchar) AS dt, 'CREATED' AS move
  FROM job_changes
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND change = 'APPEARED' AND reason = 'NEW'
  UNION ALL
  SELECT dt, to_status AS move
  FROM job_changes
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND (change = 'MOVED' OR (change = 'APPEARED' AND reason IN ('NEW', 'MAY_HAVE_MOVED')))
),
listed AS (
  SELECT snapshot_id,
    max(CASE WHEN status = 'SCHEDULED' THEN 1 ELSE 0 END) AS scheduled,
    max(CASE WHEN status = 'IN_PROGRESS' THEN 1 ELSE 0 END) AS in_progress,
    max(CASE WHEN status = 'COMPLETED' THEN 1 ELSE 0 END) AS completed,
    max(CASE WHEN status = 'CANCELED' THEN 1 ELSE 0 END) AS canceled,
    max(CASE WHEN status = 'DELETION_IN_PROGRESS' THEN 1 ELSE 0 END) AS being_deleted
  FROM job_counts
  WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  GROUP BY snapshot_id
),
taken AS (
  SELECT s.dt, lag(s.dt) OVER (ORDER BY s.snapshot_at) AS dt_before,
    CASE WHEN s.previous_snapshot_id IS NOT NULL THEN 1 ELSE 0 END AS linked,
    COALESCE(l.scheduled * l.in_progress, 0) AS created,
    COALESCE(l.in_progress, 0) AS started,
    COALESCE(l.completed, 0) AS completed,
    COALESCE(l.canceled, 0) AS canceled,
    COALESCE(l.being_deleted, 0) AS being_deleted
  FROM snapshots s
  LEFT JOIN listed l ON l.snapshot_id = s.snapshot_id
  WHERE s.dt BETWEEN :from AND :to
    AND s.account_id = :account_id AND s.region = :region AND s.export_name = :export_name
    AND COALESCE(s.unlinked_reason, '') <> 'LATE'
),
-- 1 if all snapshots of a day were compared, or listed the statuses that the number needs.
known AS (
  SELECT dt, min(linked) AS linked, min(created) AS created, min(started) AS started, min(completed) AS completed,
    min(canceled) AS canceled, min(being_deleted) AS being_deleted
  FROM taken
  GROUP BY dt
),
counted AS (
  SELECT dt,
    CAST(count_if(move = 'CREATED') AS bigint) AS created,
    CAST(count_if(move = 'IN_PROGRESS') AS bigint) AS started,
    CAST(count_if(move = 'COMPLETED') AS bigint) AS completed,
    CAST(count_if(move = 'CANCELED') AS bigint) AS canceled,
    CAST(count_if(move = 'DELETION_IN_PROGRESS') AS bigint) AS being_deleted
  FROM moves
  WHERE dt BETWEEN :from AND :to
  GROUP BY dt
),
days AS (
  SELECT dt FROM known
  UNION
  SELECT dt FROM counted
),
-- The first snapshot after a day shows what was created since the last one of the day.
known_after AS (
  SELECT d.dt, min(t.linked * t.created) AS created
  FROM days d
  JOIN taken t ON t.dt_before <= d.dt AND d.dt < t.dt
  WHERE t.dt_before < t.dt
  GROUP BY d.dt
)
SELECT d.dt,
  CASE
    WHEN COALESCE(k.linked * k.created, 1) * COALESCE(a.created, 1) = 1 THEN COALESCE(c.created, 0)
  END AS created,
  CASE WHEN k.linked * k.started = 1 THEN COALESCE(c.started, 0) END AS started,
  CASE WHEN k.linked * k.completed = 1 THEN COALESCE(c.completed, 0) END AS completed,
  CASE WHEN k.linked * k.canceled = 1 THEN COALESCE(c.canceled, 0) END AS canceled,
  CASE WHEN k.linked * k.being_deleted = 1 THEN COALESCE(c.being_deleted, 0) END AS being_deleted,
  COALESCE(k.linked = 1, false) AS is_compared
FROM days d
LEFT JOIN known k ON k.dt = d.dt
LEFT JOIN counted c ON c.dt = d.dt
LEFT JOIN known_after a ON a.dt = d.dt
ORDER BY d.dt

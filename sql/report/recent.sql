-- question: How many jobs were completed and canceled in the last seven days, and in the seven before?
-- reads: job_changes, job_counts and the records
--
-- The days end with the newest snapshot. An end is counted with the first snapshot that saw it. Null: not known.
-- is_known is false if no snapshot was taken in these days, if they begin before the days shown, or if a snapshot in
-- them was compared with none, or with one of more than a day before they begin, as after an outage: that snapshot also
-- saw what ended before these days. If it is true and a number is null, a snapshot in these days did not list the
-- status.
WITH spans AS (
  SELECT 'last 7 days' AS span, 1 AS place, CAST(:newest_at AS timestamp) - INTERVAL '7' DAY AS from_at,
    CAST(:newest_at AS timestamp) AS to_at
  UNION ALL
  SELECT '7 days before' AS span, 2 AS place, CAST(:newest_at AS timestamp) - INTERVAL '14' DAY AS from_at,
    CAST(:newest_at AS timestamp) - INTERVAL '7' DAY AS to_at
),
listed AS (
  SELECT snapshot_id,
    max(CASE WHEN status = 'COMPLETED' THEN 1 ELSE 0 END) AS completed,
    max(CASE WHEN status = 'CANCELED' THEN 1 ELSE 0 END) AS canceled
  FROM job_counts
  WHERE dt BETWEEN :recent_from AND :to
    AND account_id = :account_id AND region = :region AND export_name = :export_name
  GROUP BY snapshot_id
),
taken AS (
  SELECT p.place, count(*) AS snapshots, count_if(s.previous_snapshot_id IS NULL) AS unlinked,
    -- The id of the snapshot before contains its time: 20261123T180000Z-all.
    min(CAST(
      substr(s.previous_snapshot_id, 1, 4) || '-' || substr(s.previous_snapshot_id, 5, 2) || '-'
      || substr(s.previous_snapshot_id, 7, 2) || ' ' || substr(s.previous_snapshot_id, 10, 2) || ':'
      || substr(s.previous_snapshot_id, 12, 2) || ':' || substr(s.previous_snapshot_id, 14, 2) AS timestamp
    )) AS compared_from,
    min(COALESCE(l.completed, 0)) AS completed, min(COALESCE(l.canceled, 0)) AS canceled
  FROM snapshots s
  JOIN spans p ON s.snapshot_at > p.from_at AND s.snapshot_at <= p.to_at
  LEFT JOIN listed l ON l.snapshot_id = s.snapshot_id
  WHERE s.dt BETWEEN :recent_from AND :to
    AND s.account_id = :account_id AND s.region = :region AND s.export_name = :export_name
    AND COALESCE(s.unlinked_reason, '') <> 'LATE'
  GROUP BY p.place
),
ended AS (
  SELECT p.place,
    CAST(count_if(c.to_status = 'COMPLETED') AS bigint) AS completed,
    CAST(count_if(c.to_status = 'CANCELED') AS bigint) AS canceled
  FROM job_changes c
  JOIN spans p ON c.snapshot_at > p.from_at AND c.snapshot_at <= p.to_at
  WHERE c.dt BETWEEN :recent_from AND :to
    AND c.account_id = :account_id AND c.region = :region AND c.export_name = :export_name
    AND (c.change = 'MOVED' OR (c.change = 'APPEARED' AND c.reason IN ('NEW', 'MAY_HAVE_MOVED')))
  GROUP BY p.place
),
judged AS (
  SELECT p.span, p.place, p.from_at, p.to_at,
    COALESCE(t.unlinked = 0 AND t.compared_from >= p.from_at - INTERVAL '1' DAY, false)
      AND p.from_at >= CAST(CAST(:from AS date) AS timestamp) AS is_known,
    COALESCE(t.completed, 0) = 1 AS lists_completed, COALESCE(t.canceled, 0) = 1 AS lists_canceled,
    COALESCE(e.completed, 0) AS completed, COALESCE(e.canceled, 0) AS canceled
  FROM spans p
  LEFT JOIN taken t ON t.place = p.place
  LEFT JOIN ended e ON e.place = p.place
)
SELECT span, from_at, to_at,
  CASE WHEN is_known AND lists_completed THEN completed END AS completed,
  CASE WHEN is_known AND lists_canceled THEN canceled END AS canceled,
  is_known
FROM judged
ORDER BY place

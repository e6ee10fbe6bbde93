-- question: On which of the last thirty days has an export no snapshot at all?
-- reads: snapshots
--
-- An export counts from its first snapshot of these days on; one without any in them is not here.
WITH arrived AS (
  SELECT export_name, account_id, region, dt, count(*) AS snapshot_count
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
  GROUP BY export_name, account_id, region, dt
),
exports AS (
  SELECT export_name, account_id, region, min(dt) AS first_dt
  FROM arrived
  GROUP BY export_name, account_id, region
),
days AS (
  SELECT CAST(CAST(current_date - INTERVAL '1' DAY * CAST(t.n AS integer) AS date) AS varchar) AS dt
  FROM UNNEST(sequence(1, 30)) AS t(n)
)
SELECT e.export_name, e.account_id, e.region, d.dt
FROM exports e
JOIN days d ON d.dt >= e.first_dt
LEFT JOIN arrived a
  ON a.export_name = e.export_name AND a.account_id = e.account_id AND a.region = e.region AND a.dt = d.dt
WHERE a.snapshot_count IS NULL
ORDER BY e.export_name, e.account_id, e.region, d.dt

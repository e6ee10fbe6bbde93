-- question: Did the snapshots come, all of them, in time, and did they find their thing groups?
-- reads: the records of the days asked for and of the day before each, no rows
-- column expected bigint: Snapshots that the day should have, by the usual period
-- column arrived bigint: Snapshots that it has
-- column gaps bigint: Places where snapshots are missing
-- column longest_gap_minutes double: Longest time between two snapshots, the last one of the day before included
-- column period_minutes double: Usual time between two snapshots: the most frequent one of the day and the one before
-- column first_snapshot_at timestamp(3): First snapshot of the day
-- column last_snapshot_at timestamp(3): Last snapshot of the day
-- column late_runs bigint: Runs that began more than five minutes after their scheduled time
-- column longest_delay_seconds double: Longest time from the scheduled time to the beginning of the run
-- column mean_duration_seconds double: Duration of a run, the mean
-- column longest_duration_seconds double: Duration of a run, the longest
-- column missing_groups array(varchar): Thing groups that did not exist in a snapshot of the day; null = none
-- column unknown_groups array(varchar): Thing groups without jobs of which it was not known whether they exist; null = none
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date
--
-- The schedule is not in the history, so the period is taken from it: the most frequent time between two snapshots, the
-- shortest of equals, and a day where there is one snapshot alone. A schedule that pauses (office hours, weekdays) is
-- expected in its pauses too. Of today, only what lies before its newest snapshot is expected. A past day without any
-- snapshot has a row when the day before has some; an outage of several days has one for its first day.
WITH windows AS (
  SELECT snapshot_at, started_at, finished_at, account_id, region, export_name, dt, dt AS on_dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_at, started_at, finished_at, account_id, region, export_name, dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS on_dt
  FROM snapshots
),
spaced AS (
  SELECT snapshot_at, started_at, finished_at, account_id, region, export_name, dt, on_dt,
    date_diff(
      'millisecond',
      lag(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt ORDER BY snapshot_at),
      snapshot_at
    ) AS gap_ms
  FROM windows
),
gap_counts AS (
  SELECT account_id, region, export_name, on_dt, gap_ms, count(*) AS times
  FROM spaced
  WHERE gap_ms > 0
  GROUP BY account_id, region, export_name, on_dt, gap_ms
),
ranked_gaps AS (
  SELECT account_id, region, export_name, on_dt, gap_ms,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, on_dt ORDER BY times DESC, gap_ms
    ) AS place
  FROM gap_counts
),
measured AS (
  SELECT s.snapshot_at, s.started_at, s.finished_at, s.account_id, s.region, s.export_name, s.dt, s.on_dt, s.gap_ms,
    COALESCE(g.gap_ms, 86400000) AS period_ms
  FROM spaced s
  LEFT JOIN ranked_gaps g
    ON g.account_id = s.account_id AND g.region = s.region AND g.export_name = s.export_name
    AND g.on_dt = s.on_dt AND g.place = 1
),
placed AS (
  SELECT snapshot_at, started_at, finished_at, account_id, region, export_name, dt, on_dt, gap_ms, period_ms,
    -- Missing between the snapshot before and this one, as far as they are of the day.
    CASE
      WHEN gap_ms IS NULL OR dt <> on_dt THEN 0
      ELSE greatest(least(
        CAST(round(CAST(gap_ms AS double) / period_ms) AS bigint) - 1,
        CAST(floor(
          CAST(date_diff('millisecond', CAST(CAST(on_dt AS date) AS timestamp), snapshot_at) AS double) / period_ms
        ) AS bigint)
      ), 0)
    END AS missing_before
  FROM measured
),
days AS (
  SELECT account_id, region, export_name, on_dt,
    max(period_ms) AS period_ms,
    CAST(count_if(dt = on_dt) AS bigint) AS arrived,
    CAST(sum(missing_before) AS bigint) AS missing_between,
    count_if(missing_before > 0) AS gaps_between,
    max(CASE WHEN dt = on_dt THEN gap_ms END) AS longest_gap_ms,
    min(CASE WHEN dt = on_dt THEN snapshot_at END) AS first_snapshot_at,
    max(CASE WHEN dt = on_dt THEN snapshot_at END) AS last_snapshot_at,
    CAST(date_diff('millisecond', max(snapshot_at), CAST(CAST(on_dt AS date) AS timestamp)) AS double)
      / max(period_ms) AS periods_until_day,
    CAST(date_diff(
      'millisecond', max(snapshot_at), CAST(CAST(on_dt AS date) + INTERVAL '1' DAY AS timestamp)
    ) AS double) / max(period_ms) AS periods_until_end,
    CAST(count_if(dt = on_dt AND date_diff('millisecond', snapshot_at, started_at) > 300000) AS bigint) AS late_runs,
    max(CASE WHEN dt = on_dt THEN date_diff('millisecond', snapshot_at, started_at) END) AS longest_delay_ms,
    avg(CASE WHEN dt = on_dt THEN date_diff('millisecond', started_at, finished_at) END) AS mean_duration_ms,
    max(CASE WHEN dt = on_dt THEN date_diff('millisecond', started_at, finished_at) END) AS longest_duration_ms
  FROM placed
  GROUP BY account_id, region, export_name, on_dt
),
closed AS (
  SELECT account_id, region, export_name, on_dt, period_ms, arrived, missing_between, gaps_between, longest_gap_ms,
    first_snapshot_at, last_snapshot_at, late_runs, longest_delay_ms, mean_duration_ms, longest_duration_ms,
    -- Missing after the last snapshot of a day that is over.
    CASE
      WHEN on_dt >= CAST(current_date AS varchar) THEN 0
      ELSE greatest(CAST(ceil(periods_until_end) AS bigint) - 1, 0)
        - greatest(CAST(ceil(periods_until_day) AS bigint) - 1, 0)
    END AS missing_after
  FROM days
),
missing_names AS (
  SELECT account_id, region, export_name, dt, array_agg(DISTINCT scope ORDER BY scope) AS missing_groups
  FROM job_counts
  WHERE missing
  GROUP BY account_id, region, export_name, dt
),
unknown_names AS (
  SELECT account_id, region, export_name, dt, array_agg(DISTINCT scope ORDER BY scope) AS unknown_groups
  FROM job_counts
  WHERE missing IS NULL
  GROUP BY account_id, region, export_name, dt
)
SELECT
  CAST(c.arrived + c.missing_between + c.missing_after AS bigint) AS expected,
  c.arrived,
  CAST(c.gaps_between + CASE WHEN c.missing_after > 0 THEN 1 ELSE 0 END AS bigint) AS gaps,
  c.longest_gap_ms / 60000.0e0 AS longest_gap_minutes,
  c.period_ms / 60000.0e0 AS period_minutes,
  c.first_snapshot_at,
  c.last_snapshot_at,
  c.late_runs,
  c.longest_delay_ms / 1000.0e0 AS longest_delay_seconds,
  c.mean_duration_ms / 1000.0e0 AS mean_duration_seconds,
  c.longest_duration_ms / 1000.0e0 AS longest_duration_seconds,
  m.missing_groups,
  u.unknown_groups,
  c.account_id,
  c.region,
  c.export_name,
  c.on_dt AS dt
FROM closed c
LEFT JOIN missing_names m
  ON m.account_id = c.account_id
  AND m.region = c.region
  AND m.export_name = c.export_name
  AND m.dt = c.on_dt
LEFT JOIN unknown_names u
  ON u.account_id = c.account_id
  AND u.region = c.region
  AND u.export_name = c.export_name
  AND u.dt = c.on_dt
WHERE c.arrived > 0 OR c.on_dt < CAST(current_date AS varchar)

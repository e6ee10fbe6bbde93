-- question: Did all snapshots come, and in time, and did their thing groups exist?
-- reads: the records of the requested days and of the day before each, no rows
-- column expected bigint: Snapshots that the day should have, by the usual period
-- column arrived bigint: Snapshots that it has
-- column gaps bigint: Places where snapshots are missing
-- column longest_gap_minutes double: Longest time from a snapshot before until one of the day
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
-- The expected number is inferred from the usual period: the most frequent time between two snapshots (if several are
-- equally frequent, the shortest), or a day if none is known. If a schedule pauses (office hours, weekdays), snapshots
-- are expected in the pauses, too. `npm run verify` and `npm run report` compute exactly what was due, from the
-- schedule in the records. Of today, only the time before the newest snapshot counts.
-- A record names the snapshot before it, however long ago that was. So on the day on which an outage ends the snapshots
-- of the whole day are expected, and longest_gap_minutes has the gap. A past day without snapshots has a row if the day
-- before has some; later days of an outage have none. Records of older exporters do not name the snapshot before, so
-- for them a gap is known within two days. A daily schedule in local time can cross midnight UTC when the clock
-- changes: its snapshot counts for the day on which it is due.
WITH windows AS (
  SELECT snapshot_at, started_at, finished_at, previous_snapshot_id, unlinked_reason,
    account_id, region, export_name, dt, dt AS on_dt
  FROM snapshots
  UNION ALL
  SELECT snapshot_at, started_at, finished_at, previous_snapshot_id, unlinked_reason,
    account_id, region, export_name, dt,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS on_dt
  FROM snapshots
  CROSS JOIN UNNEST(ARRAY[CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar)]) AS t(next_dt)
  -- Always true. It lets Trino compute the day to read from the requested day. Without it Trino checks each day of each
  -- account, Region and export, which takes half a minute for a million of them.
  WHERE dt = CAST(CAST(CAST(next_dt AS date) - INTERVAL '1' DAY AS date) AS varchar)
    AND next_dt = CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar)
),
spaced AS (
  SELECT snapshot_at, started_at, finished_at, unlinked_reason, account_id, region, export_name, dt, on_dt,
    date_diff(
      'millisecond',
      COALESCE(
        lag(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt ORDER BY snapshot_at),
        -- The id of the snapshot before contains its time: 20261123T180000Z-all.
        CAST(
          substr(previous_snapshot_id, 1, 4) || '-' || substr(previous_snapshot_id, 5, 2) || '-'
          || substr(previous_snapshot_id, 7, 2) || ' ' || substr(previous_snapshot_id, 10, 2) || ':'
          || substr(previous_snapshot_id, 12, 2) || ':' || substr(previous_snapshot_id, 14, 2) AS timestamp
        )
      ),
      snapshot_at
    ) AS gap_ms
  FROM windows
),
counted AS (
  SELECT snapshot_at, started_at, finished_at, unlinked_reason, account_id, region, export_name, dt, on_dt, gap_ms,
    count(*) OVER (PARTITION BY account_id, region, export_name, on_dt, gap_ms) AS times
  FROM spaced
),
measured AS (
  SELECT snapshot_at, started_at, finished_at, unlinked_reason, account_id, region, export_name, dt, on_dt, gap_ms,
    COALESCE(
      first_value(gap_ms) OVER (
        PARTITION BY account_id, region, export_name, on_dt
        ORDER BY CASE WHEN gap_ms IS NULL THEN 1 ELSE 0 END, times DESC, gap_ms
      ),
      86400000
    ) AS period_ms
  FROM counted
),
slotted AS (
  SELECT snapshot_at, started_at, finished_at, unlinked_reason, account_id, region, export_name, dt, on_dt, gap_ms,
    period_ms,
    -- Daily schedules and rarer ones: a local time may be an hour off in UTC, so the day is that of an hour before.
    CASE WHEN period_ms >= 82800000 THEN 3600000 ELSE 0 END AS slack_ms,
    date_diff('millisecond', CAST(CAST(on_dt AS date) AS timestamp), snapshot_at) AS into_day_ms
  FROM measured
),
placed AS (
  SELECT snapshot_at, started_at, finished_at, account_id, region, export_name, dt, on_dt, gap_ms, period_ms, slack_ms,
    into_day_ms,
    -- Missing between the snapshot before and this one, within the day.
    CASE
      WHEN dt <> on_dt OR (gap_ms IS NULL AND COALESCE(unlinked_reason, '') <> 'UNREADABLE') THEN 0
      ELSE greatest(least(
        COALESCE(CAST(round(CAST(gap_ms AS double) / period_ms) AS bigint) - 1, 9999999),
        CAST(floor(CAST(into_day_ms + slack_ms AS double) / period_ms) AS bigint)
      ), 0)
    END AS missing_before
  FROM slotted
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
    CAST(-max(slack_ms) - max(into_day_ms) AS double) / max(period_ms) AS periods_until_day,
    CAST(86400000 - max(slack_ms) - max(into_day_ms) AS double) / max(period_ms) AS periods_until_end,
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
    -- Missing after the last snapshot of a past day.
    CASE
      WHEN on_dt >= CAST(current_date AS varchar) THEN 0
      ELSE greatest(CAST(ceil(periods_until_end) AS bigint) - 1, 0)
        - greatest(CAST(ceil(periods_until_day) AS bigint) - 1, 0)
    END AS missing_after
  FROM days
),
together AS (
  -- Not a join: below a join Trino would enumerate the partitions of all days before it knows which to read.
  SELECT account_id, region, export_name, on_dt, period_ms, arrived, missing_between, missing_after, gaps_between,
    longest_gap_ms, first_snapshot_at, last_snapshot_at, late_runs, longest_delay_ms, mean_duration_ms,
    longest_duration_ms, CAST(NULL AS varchar) AS missing_group, CAST(NULL AS varchar) AS unknown_group
  FROM closed
  WHERE arrived > 0 OR (missing_after > 0 AND on_dt < CAST(current_date AS varchar))
  UNION ALL
  SELECT account_id, region, export_name, dt AS on_dt, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, CASE WHEN missing THEN scope END, CASE WHEN missing IS NULL THEN scope END
  FROM job_counts
  WHERE missing OR missing IS NULL
)
SELECT
  CAST(max(arrived) + max(missing_between) + max(missing_after) AS bigint) AS expected,
  max(arrived) AS arrived,
  CAST(max(gaps_between) + CASE WHEN max(missing_after) > 0 THEN 1 ELSE 0 END AS bigint) AS gaps,
  max(longest_gap_ms) / 60000.0e0 AS longest_gap_minutes,
  max(period_ms) / 60000.0e0 AS period_minutes,
  max(first_snapshot_at) AS first_snapshot_at,
  max(last_snapshot_at) AS last_snapshot_at,
  max(late_runs) AS late_runs,
  max(longest_delay_ms) / 1000.0e0 AS longest_delay_seconds,
  max(mean_duration_ms) / 1000.0e0 AS mean_duration_seconds,
  max(longest_duration_ms) / 1000.0e0 AS longest_duration_seconds,
  array_agg(DISTINCT missing_group ORDER BY missing_group) FILTER (WHERE missing_group IS NOT NULL) AS missing_groups,
  array_agg(DISTINCT unknown_group ORDER BY unknown_group) FILTER (WHERE unknown_group IS NOT NULL) AS unknown_groups,
  account_id,
  region,
  export_name,
  on_dt AS dt
FROM together
GROUP BY account_id, region, export_name, on_dt

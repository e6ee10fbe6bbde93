-- question: Did all snapshots come, and in time, and did their thing groups exist?
-- reads: snapshot_health
--
-- In Athena the newest day may have later snapshots than this page; they count there.
SELECT dt, expected, arrived, expected - arrived AS failed, late_runs AS late, gaps, longest_gap_minutes, period_minutes,
  longest_delay_seconds, mean_duration_seconds, longest_duration_seconds, missing_groups
FROM snapshot_health
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
ORDER BY dt

-- question: Did the snapshots come, all of them, in time, and did they find their thing groups?
-- reads: snapshot_health
--
-- In Athena the newest day goes on: what came or failed since then counts there.
SELECT dt, expected, arrived, expected - arrived AS failed, late_runs AS late, gaps, longest_gap_minutes, period_minutes,
  longest_delay_seconds, mean_duration_seconds, longest_duration_seconds, missing_groups
FROM snapshot_health
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
ORDER BY dt

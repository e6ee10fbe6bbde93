-- question: Did all snapshots of the last seven days come, and in time?
-- reads: records of nine days: 0.9 MB
SELECT dt, export_name, account_id, region, expected, arrived, gaps, round(longest_gap_minutes, 1) AS longest_gap_minutes,
  late_runs, round(longest_duration_seconds, 1) AS longest_duration_seconds, missing_groups, unknown_groups
FROM snapshot_health
WHERE dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
ORDER BY dt DESC, export_name, account_id, region

-- question: Which accounts report, since when, which stopped, and which never did, worst first?
-- reads: what the newest look found of 1,000 exports: 0.6 MB
--
-- As of looked_at, the newest look of the hub's function. First those that are silent, then those of which nothing is
-- known, those that left, those to come, and last those that report. No row: nothing looks at this history, so it is not
-- known.
SELECT state, account_id, region, export_name, reporting_since, newest_snapshot_at,
  late_since, round(hours_late, 1) AS hours_late, missing_thing_groups, unlinked_snapshots,
  schedule_expression, stack_status, stack_status_reason, looked_at
FROM reporting
ORDER BY
  CASE state
    WHEN 'LATE' THEN 1
    WHEN 'NEVER' THEN 1
    WHEN 'FAILED' THEN 2
    WHEN 'UNKNOWN' THEN 4
    WHEN 'LEFT' THEN 5
    WHEN 'AWAITED' THEN 6
    WHEN 'REPORTING' THEN 7
    ELSE 3
  END,
  hours_late DESC NULLS LAST, account_id, region, export_name

-- question: Which accounts report, since when, which stopped, and which never did, worst first?
-- reads: the newest check of 1,000 exports: 0.6 MB
--
-- As of looked_at, the newest check by the hub's function. Silent exports come first, then those of which nothing is
-- known, those that left, those that are awaited, and last those that report. No row: this history has no hub, so it is
-- not known.
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

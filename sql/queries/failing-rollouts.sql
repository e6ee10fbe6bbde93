-- question: Which rollouts fail: of which did more than 5 percent of the executions fail, or which are about to be aborted?
-- reads: latest_rollouts, so details of two days, and their records several times: 2 MB
--
-- Those that ended since the snapshot before, too. Rollouts that fewer than 10 things executed are left out, and those of
-- which it is not known how many did. Things that were canceled or removed did not execute it. About to be aborted: 2
-- percentage points or less to the nearest abort criterion, as rollout_progress reckons it. Worst first. For all that was
-- described see rollouts-now; details_left_out jobs were not.
SELECT snapshot_at, export_name, account_id, region, job_id, status, things_total, things_executed, things_failed,
  failed_things, rejected_things, timed_out_things, round(percent_failed, 1) AS percent_failed,
  abort_criteria_count, round(percent_to_abort, 1) AS percent_to_abort, reason_code, details_left_out
FROM latest_rollouts
-- The limits.
WHERE things_executed >= 10 AND (percent_failed > 5 OR percent_to_abort <= 2)
ORDER BY percent_failed DESC NULLS LAST, export_name, account_id, region, job_id, created_at

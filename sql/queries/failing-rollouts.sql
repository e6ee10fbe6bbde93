-- question: Which rollouts fail: those of which more than 5 percent of the executions failed, or that are about to be aborted?
-- reads: latest_rollouts, so details of two days, and their records several times: 2 MB
--
-- Includes rollouts that ended since the snapshot before. Left out are rollouts that fewer than 10 things executed, and
-- those for which that number is not known. Things that were canceled or removed did not execute the job. About to be
-- aborted: 2 percentage points or less to the nearest abort criterion, as computed in rollout_progress. Worst first.
-- All described jobs are in rollouts-now; details_left_out is the number of jobs that were not described.
SELECT snapshot_at, export_name, account_id, region, job_id, status, things_total, things_executed, things_failed,
  failed_things, rejected_things, timed_out_things, round(percent_failed, 1) AS percent_failed,
  abort_criteria_count, round(percent_to_abort, 1) AS percent_to_abort, reason_code, details_left_out
FROM latest_rollouts
-- The limits.
WHERE things_executed >= 10 AND (percent_failed > 5 OR percent_to_abort <= 2)
ORDER BY percent_failed DESC NULLS LAST, export_name, account_id, region, job_id, created_at

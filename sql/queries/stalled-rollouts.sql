-- question: Which rollouts stall: in which has no thing moved for 24 hours, though some are queued or in progress?
-- reads: latest_rollouts, so details of two days, and their records several times: 2 MB
--
-- Longest first. The hours count from the first description with the same eight counts. They are a lower bound, and
-- start again after a missing description. Continuous jobs may have nothing left to do except for things that are
-- offline. A row without hours_without_progress: it is not known since when nothing moved. details_left_out is the
-- number of jobs that were not described.
SELECT snapshot_at, export_name, account_id, region, job_id, target_selection, progress_since,
  round(hours_without_progress, 1) AS hours_without_progress, queued_things, in_progress_things, things_done,
  round(percent_done, 1) AS percent_done, created_at, details_left_out
FROM latest_rollouts
WHERE status = 'IN_PROGRESS' AND COALESCE(queued_things + in_progress_things > 0, true)
  -- The hours.
  AND (hours_without_progress >= 24 OR hours_without_progress IS NULL)
ORDER BY hours_without_progress DESC NULLS LAST, export_name, account_id, region, created_at, job_id

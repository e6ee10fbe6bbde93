-- question: How did each rollout of the last thirty days go, one row a job?
-- reads: rollouts
--
-- The first start that these days saw: one of before, or in rows that are gone (days-without-rows), is not seen.
SELECT export_name, account_id, region, job_id, created_at,
  min(first_in_progress_at) AS first_in_progress_at,
  max(completed_at) AS completed_at,
  round(date_diff('millisecond', created_at, min(first_in_progress_at)) / 3600000.0e0, 2) AS hours_to_start,
  round(date_diff('millisecond', created_at, max(completed_at)) / 3600000.0e0, 2) AS hours_to_complete
FROM rollouts
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, job_id, created_at
ORDER BY export_name, account_id, region, created_at, job_id

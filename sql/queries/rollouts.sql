-- question: How did each rollout that ended in the last thirty days go?
-- reads: records and changes of thirty days: 12 MB
SELECT export_name, account_id, region, job_id, status, created_at, in_progress_since, completed_at, ended_by,
  round(hours_to_start, 2) AS hours_to_start, round(hours_in_progress, 2) AS hours_in_progress,
  round(hours_to_complete, 2) AS hours_to_complete
FROM rollouts
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
ORDER BY export_name, account_id, region, created_at, job_id, ended_by

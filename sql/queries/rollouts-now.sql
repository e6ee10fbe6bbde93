-- question: Which rollouts are in progress now, how far are they, how fast, and when would they end?
-- reads: latest_rollouts, so details of two days, and their records several times: 2 MB
--
-- As of the newest snapshot with details of each export. details_left_out is the number of jobs that should have been
-- described and were not. A row without job_id: no rollout in progress was described; if details_left_out is 0, there
-- is none. percent_failed is of the things that executed the job, without those that were canceled or removed. While
-- is_concurrent is true the job is still being rolled out: things_total may grow, percent_done may be too high, and no
-- end is computed.
WITH newest AS (
  SELECT export_name, account_id, region, max(snapshot_at) AS snapshot_at,
    max_by(details_left_out, snapshot_at) AS details_left_out
  FROM snapshots
  WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar) AND details_left_out IS NOT NULL
  GROUP BY export_name, account_id, region
),
described AS (
  SELECT export_name, account_id, region, job_id, target_selection, created_at, is_concurrent, things_total, things_done,
    percent_done, percent_failed, things_per_hour, expected_end, hours_without_progress
  FROM latest_rollouts
  WHERE status = 'IN_PROGRESS'
)
SELECT n.snapshot_at, n.export_name, n.account_id, n.region, n.details_left_out, d.job_id, d.target_selection, d.created_at,
  d.is_concurrent, d.things_total, d.things_done, round(d.percent_done, 1) AS percent_done,
  round(d.percent_failed, 1) AS percent_failed, round(d.things_per_hour, 1) AS things_per_hour, d.expected_end,
  round(d.hours_without_progress, 1) AS hours_without_progress
FROM newest n
LEFT JOIN described d ON d.export_name = n.export_name AND d.account_id = n.account_id AND d.region = n.region
ORDER BY n.export_name, n.account_id, n.region, d.created_at, d.job_id

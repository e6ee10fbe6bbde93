-- question: From when until when was each job seen in each status, over the last thirty days?
-- reads: job_timeline
--
-- Where rows of these days are gone (days-without-rows), a job may have been in the status earlier and later.
SELECT export_name, account_id, region, job_id, created_at, status,
  min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at,
  CAST(sum(snapshot_count) AS bigint) AS snapshot_count
FROM job_timeline
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, job_id, created_at, status
ORDER BY export_name, account_id, region, created_at, job_id, first_seen_at, status

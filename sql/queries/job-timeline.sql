-- question: From when until when was each job in each status, over the last thirty days?
-- reads: job_timeline
--
-- Stays that ended in these days, and stays that go on, however long ago they began.
SELECT export_name, account_id, region, job_id, created_at, status, status_since, last_seen_at, left_by, to_status
FROM job_timeline
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
ORDER BY export_name, account_id, region, created_at, job_id, last_seen_at, status

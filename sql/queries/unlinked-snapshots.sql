-- question: On which of the last thirty days were snapshots not compared with the one before, and why?
-- reads: unlinked_snapshots
SELECT export_name, account_id, region, dt, reason, count(*) AS snapshots
FROM unlinked_snapshots
WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
GROUP BY export_name, account_id, region, dt, reason
ORDER BY export_name, account_id, region, dt, reason

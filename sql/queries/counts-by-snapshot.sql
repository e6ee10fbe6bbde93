-- question: How many jobs were in each status in the twelve newest snapshots of each export, account-wide?
-- reads: records of two days: 0.1 MB
--
-- A snapshot whose unlinked_reason is LATE has the counts of the time when it was taken, which is after snapshot_at.
WITH counted AS (
  SELECT snapshot_at, export_name, account_id, region,
    max(CASE WHEN status = 'SCHEDULED' THEN job_count END) AS scheduled,
    max(CASE WHEN status = 'IN_PROGRESS' THEN job_count END) AS in_progress,
    max(CASE WHEN status = 'COMPLETED' THEN job_count END) AS completed,
    max(CASE WHEN status = 'CANCELED' THEN job_count END) AS canceled,
    max(CASE WHEN status = 'DELETION_IN_PROGRESS' THEN job_count END) AS deletion_in_progress,
    max(unlinked_reason) AS unlinked_reason,
    row_number() OVER (PARTITION BY export_name, account_id, region ORDER BY snapshot_at DESC) AS place
  FROM job_counts
  WHERE dt >= CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar)
    AND thing_group_name IS NULL AND queried_thing_group_id IS NULL
  GROUP BY snapshot_at, export_name, account_id, region
)
SELECT snapshot_at, export_name, account_id, region, scheduled, in_progress, completed, canceled, deletion_in_progress,
  unlinked_reason
FROM counted
WHERE place <= 12
ORDER BY snapshot_at DESC, export_name, account_id, region

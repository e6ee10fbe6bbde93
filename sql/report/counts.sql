-- question: How many jobs were in each status, snapshot by snapshot?
-- reads: job_counts
--
-- Snapshots that were taken when a later one existed, LATE, are left out: they have the counts of the time when they
-- were taken.
SELECT snapshot_at, scope, status, job_count, missing
FROM job_counts
WHERE dt BETWEEN :from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
  AND COALESCE(unlinked_reason, '') <> 'LATE'
ORDER BY snapshot_at, scope, status

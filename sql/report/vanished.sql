-- question: Which jobs were missed, the newest first?
-- reads: vanished_jobs
--
-- At most 1,000. GONE: the snapshot listed every status that the job may have had by then, and did not find it. With
-- the other reasons it is not known what became of the job: docs/queries.md, vanished_jobs.
SELECT job_id, missed_at, last_seen_at, last_status, reason, target_selection, created_at,
  count(*) OVER () AS jobs
FROM vanished_jobs
WHERE dt BETWEEN :vanished_from AND :to AND account_id = :account_id AND region = :region AND export_name = :export_name
ORDER BY missed_at DESC, job_id
LIMIT 1000

-- question: How many things of each of these rollouts were done, and how many had failed, over time?
-- reads: complete_details and the records
--
-- The 500 worst rollouts of the newest snapshot with details: those with the highest share of failed things among the
-- things that executed them. At most 60 days, and up to 200 points per rollout, fewer if there are many rollouts: the
-- snapshots are divided into equal numbers, and of each such part the last description counts.
WITH newest AS (
  SELECT job_id, created_at, progress_since, status,
    succeeded_things + failed_things + rejected_things + timed_out_things AS things_executed,
    failed_things + rejected_things + timed_out_things AS things_failed
  FROM complete_details
  WHERE dt = :described_dt AND snapshot_id = :described_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
),
ranked AS (
  SELECT job_id, created_at,
    row_number() OVER (
      ORDER BY CASE WHEN status = 'IN_PROGRESS' THEN 0 ELSE 1 END,
        100.0e0 * things_failed / NULLIF(things_executed, 0) DESC NULLS LAST, progress_since, job_id, created_at
    ) AS place,
    count(*) OVER () AS jobs
  FROM newest
),
shown AS (
  SELECT job_id, created_at, least(200, floor(40000.0e0 / least(jobs, 500))) AS points
  FROM ranked
  WHERE place <= 500
),
taken AS (
  SELECT snapshot_id, row_number() OVER (ORDER BY snapshot_at DESC) - 1 AS place, count(*) OVER () AS snapshots
  FROM snapshots
  WHERE dt BETWEEN :progress_from AND :described_dt
    AND account_id = :account_id AND region = :region AND export_name = :export_name AND details_sha256 IS NOT NULL
),
described AS (
  SELECT d.job_id, d.created_at, d.snapshot_at,
    d.succeeded_things + d.failed_things + d.rejected_things + d.timed_out_things + d.removed_things
      + d.canceled_things AS things_done,
    d.failed_things + d.rejected_things + d.timed_out_things AS things_failed,
    row_number() OVER (
      PARTITION BY d.job_id, d.created_at, floor(1.0e0 * t.place * s.points / greatest(t.snapshots, s.points))
      ORDER BY t.place
    ) AS place
  FROM complete_details d
  JOIN taken t ON t.snapshot_id = d.snapshot_id
  JOIN shown s ON s.job_id = d.job_id AND COALESCE(s.created_at = d.created_at, true)
  WHERE d.dt BETWEEN :progress_from AND :described_dt
    AND d.account_id = :account_id AND d.region = :region AND d.export_name = :export_name
)
SELECT job_id, created_at, snapshot_at, things_done, things_failed
FROM described
WHERE place = 1
ORDER BY job_id, created_at, snapshot_at

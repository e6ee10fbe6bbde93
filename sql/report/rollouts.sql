-- question: How far are the rollouts, how many of their things failed, how fast are they, and when would they end?
-- reads: rollout_progress, job_changes and the records
--
-- As of the newest snapshot with details. The 1,000 worst: first rollouts that fail, then those that stall, each by
-- percent_failed and by hours_without_progress. A rollout fails, as in the saved query failing-rollouts, if 10 things
-- or more executed it, and more than 5 percent of these failed or it is within 2 percentage points of an abort
-- criterion. A rollout stalls, as in stalled-rollouts, if no thing moved for 24 hours though some are queued or in
-- progress. Comments are cut after 300 characters. is_just_ended: the snapshot saw its end, or an earlier one did and
-- could not describe the job, or it ended since the snapshot before described it. The columns are explained in
-- rollout_progress.
WITH just_ended AS (
  SELECT DISTINCT job_id
  FROM job_changes
  WHERE dt = :described_dt AND snapshot_id = :described_snapshot
    AND account_id = :account_id AND region = :region AND export_name = :export_name
    AND to_status IN ('COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS')
    AND COALESCE(from_status, '') NOT IN ('COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS')
    -- A job that appears for another reason may have ended before.
    AND (change = 'MOVED' OR reason IN ('NEW', 'MAY_HAVE_MOVED'))
  UNION
  SELECT t.job_id
  FROM snapshots s
  JOIN snapshots b
    ON b.account_id = s.account_id
    AND b.region = s.region
    AND b.export_name = s.export_name
    AND b.snapshot_id = s.previous_snapshot_id
  CROSS JOIN UNNEST(b.details_owed) AS t(job_id)
  WHERE s.dt = :described_dt AND s.snapshot_id = :described_snapshot
    AND s.account_id = :account_id AND s.region = :region AND s.export_name = :export_name
),
described AS (
  SELECT p.job_id, p.status, p.target_selection, p.is_concurrent, p.created_at, p.described_at, p.queued_things,
    p.in_progress_things, p.succeeded_things, p.failed_things, p.rejected_things, p.timed_out_things, p.removed_things, p.canceled_things,
    p.things_total, p.things_done, p.things_executed, p.things_failed, p.percent_failed, p.abort_criteria_count,
    p.percent_to_abort,
    p.things_per_hour, p.expected_end, p.hours_without_progress, p.reason_code, substr(p.comment, 1, 300) AS comment,
    p.status IN ('COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS')
      -- It may end after it was listed.
      AND (e.job_id IS NOT NULL OR COALESCE(p.completed_at > p.previous_described_at, false)) AS is_just_ended,
    CASE WHEN p.things_executed >= 10 AND (p.percent_failed > 5 OR p.percent_to_abort <= 2) THEN 1 ELSE 0 END AS fails,
    CASE
      WHEN p.status = 'IN_PROGRESS' AND p.queued_things + p.in_progress_things > 0
        AND p.hours_without_progress >= 24 THEN 1
      ELSE 0
    END AS stalls,
    CASE WHEN p.status = 'IN_PROGRESS' THEN 1 ELSE 0 END AS goes_on
  FROM rollout_progress p
  LEFT JOIN just_ended e ON e.job_id = p.job_id
  WHERE p.dt = :described_dt AND p.snapshot_id = :described_snapshot
    AND p.account_id = :account_id AND p.region = :region AND p.export_name = :export_name
)
SELECT job_id, status, is_just_ended, target_selection, is_concurrent, created_at, described_at, queued_things,
  in_progress_things, succeeded_things, failed_things, rejected_things, timed_out_things, removed_things, canceled_things, things_total,
  things_done, things_executed, things_failed, round(percent_failed, 2) AS percent_failed, abort_criteria_count,
  round(percent_to_abort, 2) AS percent_to_abort, round(things_per_hour, 2) AS things_per_hour, expected_end,
  round(hours_without_progress, 2) AS hours_without_progress, reason_code, comment, fails = 1 AS fails,
  stalls = 1 AS stalls,
  CAST(sum(goes_on) OVER () AS bigint) AS jobs,
  CAST(sum(goes_on * fails) OVER () AS bigint) AS failing_jobs,
  CAST(sum(stalls) OVER () AS bigint) AS stalled_jobs,
  CAST(sum(CASE
    WHEN goes_on = 1 AND (things_total IS NULL OR hours_without_progress IS NULL) THEN 1
    ELSE 0
  END) OVER () AS bigint) AS unknown_jobs
FROM described
ORDER BY goes_on DESC, fails DESC, stalls DESC, percent_failed DESC NULLS LAST, hours_without_progress DESC NULLS LAST,
  job_id, created_at
LIMIT 1000

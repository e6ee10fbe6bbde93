-- question: How far was one rollout, hour by hour since its creation, and how far were earlier ones of the same job template?
-- reads: details and records of thirty days: 30 MB
--
-- A row per rollout and hour in which it was described, as of the last description in that hour. is_asked is true for
-- the named rollout. Earlier rollouts are those of the same export that were created before it, if they were described
-- in these days. percent_failed is of the things that executed the job: things that were canceled or removed count as
-- done, but did not execute it. A job without a template has no rows.
WITH described AS (
  SELECT export_name, account_id, region, job_template_arn, job_id, created_at, described_at, status,
    queued_things + in_progress_things AS things_left,
    succeeded_things + failed_things + rejected_things + timed_out_things + removed_things + canceled_things AS things_done,
    succeeded_things + failed_things + rejected_things + timed_out_things AS things_executed,
    failed_things + rejected_things + timed_out_things AS things_failed,
    CAST(floor(date_diff('millisecond', created_at, described_at) / 3600000.0e0) AS bigint) AS hours_since_creation,
    -- The rollout.
    job_id = 'fw-2-5-0-apac-2026112312-00000' AS is_named
  FROM complete_details
  WHERE dt >= CAST(CAST(current_date - INTERVAL '30' DAY AS date) AS varchar)
    AND job_template_arn IS NOT NULL AND created_at IS NOT NULL
),
ranked AS (
  SELECT export_name, account_id, region, job_template_arn, job_id, created_at, status, things_left, things_done,
    things_executed, things_failed, hours_since_creation,
    -- If the id was used again: the newest.
    max(CASE WHEN is_named THEN created_at END) OVER (
      PARTITION BY export_name, account_id, region, job_template_arn
    ) AS named_created_at,
    is_named,
    row_number() OVER (
      PARTITION BY export_name, account_id, region, job_template_arn, job_id, created_at, hours_since_creation
      ORDER BY described_at DESC
    ) AS place
  FROM described
)
SELECT hours_since_creation, export_name, account_id, region, job_id, is_named AND created_at = named_created_at AS is_asked,
  created_at, status, things_left + things_done AS things_total, things_done,
  round(100.0e0 * things_done / NULLIF(things_left + things_done, 0), 1) AS percent_done,
  round(100.0e0 * things_failed / NULLIF(things_executed, 0), 1) AS percent_failed
FROM ranked
WHERE place = 1 AND created_at <= named_created_at
ORDER BY export_name, account_id, region, job_template_arn, hours_since_creation, created_at DESC, job_id

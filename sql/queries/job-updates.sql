-- question: What was changed in jobs in the last seven days: status, comment, reason code, description or targets?
-- reads: details and records of nine days: 9 MB
--
-- A row per job and text that differs from the description of the job before, newest first. It was changed between the
-- two times. For one job: add a condition on job_id. The order of targets is ignored.
WITH described AS (
  SELECT export_name, account_id, region, job_id, created_at, described_at, status, comment, reason_code, description,
    array_join(array_sort(targets), ' ') AS targets, dt
  FROM complete_details
  -- One day more than requested, for the descriptions before.
  WHERE dt >= CAST(CAST(current_date - INTERVAL '8' DAY AS date) AS varchar)
),
compared AS (
  SELECT export_name, account_id, region, job_id, created_at, described_at, status, comment, reason_code, description, targets,
    dt,
    lag(described_at) OVER earlier AS before_at,
    lag(status) OVER earlier AS status_before,
    lag(comment) OVER earlier AS comment_before,
    lag(reason_code) OVER earlier AS reason_code_before,
    lag(description) OVER earlier AS description_before,
    lag(targets) OVER earlier AS targets_before
  FROM described
  -- When AWS IoT answered, whichever snapshot made the call.
  WINDOW earlier AS (PARTITION BY export_name, account_id, region, job_id, created_at ORDER BY described_at)
),
texts AS (
  SELECT c.export_name, c.account_id, c.region, c.job_id, c.created_at, c.before_at, c.described_at, t.what, c.dt,
    CASE t.what
      WHEN 'status' THEN c.status_before
      WHEN 'comment' THEN c.comment_before
      WHEN 'reason_code' THEN c.reason_code_before
      WHEN 'description' THEN c.description_before
      ELSE c.targets_before
    END AS from_text,
    CASE t.what
      WHEN 'status' THEN c.status
      WHEN 'comment' THEN c.comment
      WHEN 'reason_code' THEN c.reason_code
      WHEN 'description' THEN c.description
      ELSE c.targets
    END AS to_text
  FROM compared c
  CROSS JOIN UNNEST(ARRAY['status', 'comment', 'reason_code', 'description', 'targets']) AS t(what)
  WHERE c.before_at IS NOT NULL
)
SELECT described_at AS by_described_at, before_at AS after_described_at, export_name, account_id, region, job_id, created_at, what,
  from_text, to_text
FROM texts
WHERE from_text IS DISTINCT FROM to_text
  AND dt >= CAST(CAST(current_date - INTERVAL '7' DAY AS date) AS varchar)
ORDER BY described_at DESC, export_name, account_id, region, job_id, created_at, what

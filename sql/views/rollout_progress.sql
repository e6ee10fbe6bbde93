-- question: How far was each rollout that was described, snapshot by snapshot, how fast, and how many things failed?
-- reads: the details and records of the requested days, no rows
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column described_at timestamp(3): When DescribeJob answered
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job
-- column status varchar: Status then; UNKNOWN where the service gave none
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column description varchar: Description of the job
-- column comment varchar: Why it was canceled, or what was said of its update
-- column reason_code varchar: Reason code of its cancelation
-- column job_template_arn varchar: Job template that it was made from
-- column created_at timestamp(3): When the job was created
-- column completed_at timestamp(3): When the job was completed
-- column is_concurrent boolean: Whether executions are being rolled out or canceled: then things_total may still change
-- column queued_things bigint: Things that await the execution of the job; this and the seven that follow: null = not known
-- column in_progress_things bigint: Things that execute the job
-- column succeeded_things bigint: Things that completed the job
-- column failed_things bigint: Things that failed
-- column rejected_things bigint: Things that rejected the job
-- column timed_out_things bigint: Things that did not finish in time
-- column removed_things bigint: Things that were deleted, or left the thing group that is the target
-- column canceled_things bigint: Things whose execution was canceled
-- column things_total bigint: Sum of the eight; null where one of them is
-- column things_done bigint: Succeeded, failed, rejected, timed out, removed and canceled ones; null where one of these is
-- column things_executed bigint: Succeeded, failed, rejected and timed out ones; null where one of these is
-- column things_failed bigint: Failed, rejected and timed out ones; null where one of these is
-- column percent_done double: Things done, of all; null where there is none
-- column percent_succeeded double: Of the things that executed the job, those that succeeded; null where none did
-- column percent_failed double: Of the things that executed the job, those that failed, rejected it or timed out; null where none did
-- column abort_criteria_count bigint: Criteria by which AWS IoT aborts the job; 0 = none
-- column percent_to_abort double: Percentage points to the nearest of them, 0 or less where it is reached; null = none counts yet
-- column previous_described_at timestamp(3): When the snapshot before described the job; null = it did not, or not known
-- column things_per_hour double: Things done since then, per hour; null without it
-- column expected_end timestamp(3): When all things would be done at that pace; null = not known
-- column progress_since timestamp(3): First of the descriptions, up to this one without a break, with the same eight counts; null = not known
-- column hours_without_progress double: From then to described_at
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A row per job and snapshot that described it. A job without a row was not described: see details_left_out in the
-- record. A job is identified by its id and its creation time, as in snapshot_jobs.
-- Things that were canceled or removed count as done, but have not executed the job. Shares of failures leave them out,
-- so the shares do not fall when a job is aborted and the rest of its things are canceled.
-- percent_to_abort: for each criterion its threshold minus the share of failures of its type (ALL: failed, rejected and
-- timed out); the least of these. AWS IoT does not document of which number its percentage is; here it is of
-- things_executed. A criterion counts as soon as things_executed reaches its min_number_of_executed_things. AWS IoT
-- counts the things that were notified of the job, so for AWS it may begin earlier. Null with an abort_criteria_count
-- above 0: no criterion counts yet, or numbers are not known, or there are more than 100 criteria.
-- The pace is measured since the snapshot before, because the exporter has read the details of that one. A job has no
-- pace if that snapshot did not describe it, for example because its turn had not come, if the snapshot follows none
-- (unlinked_snapshots), or if the details of the one before could not be read. The number of things done may fall, as
-- when AWS IoT retries failed executions: then things_per_hour is below 0.
-- AWS IoT does not document whether queued_things includes things to which the job was not rolled out yet. If it does
-- not, things_total grows as long as is_concurrent is true, and percent_done is too high until then.
-- expected_end is set for jobs IN_PROGRESS only. It is null for continuous jobs, which have no end, while is_concurrent
-- is true, if things_per_hour is not above 0, and if it would be more than ten years away.
WITH described AS (
  SELECT d.snapshot_id, d.snapshot_at, d.described_at, d.job_arn, d.job_id, d.status, d.target_selection,
    d.description, d.comment, d.reason_code, d.job_template_arn, d.created_at, d.completed_at, d.is_concurrent,
    d.queued_things, d.in_progress_things, d.succeeded_things, d.failed_things, d.rejected_things, d.timed_out_things,
    d.removed_things, d.canceled_things, d.abort_criteria, d.progress_since, d.previous_described_at,
    d.previous_things_done, d.account_id, d.region, d.export_name, d.dt,
    d.succeeded_things + d.failed_things + d.rejected_things + d.timed_out_things + d.removed_things
      + d.canceled_things AS things_done,
    d.succeeded_things + d.failed_things + d.rejected_things + d.timed_out_things AS things_executed,
    d.failed_things + d.rejected_things + d.timed_out_things AS things_failed
  FROM job_details d
  JOIN snapshots s
    ON s.account_id = d.account_id
    AND s.region = d.region
    AND s.export_name = d.export_name
    AND s.dt = d.dt
    AND s.snapshot_id = d.snapshot_id
  WHERE s.details_sha256 IS NOT NULL
),
places AS (
  -- UNNEST of the lists themselves would make DuckDB compute all the rest twice.
  SELECT p.length, t.i
  FROM UNNEST(sequence(1, 100)) AS p(length)
  CROSS JOIN UNNEST(sequence(1, 100)) AS t(i)
  WHERE t.i <= p.length
),
criteria AS (
  SELECT d.snapshot_id, d.snapshot_at, d.described_at, d.job_arn, d.job_id, d.status, d.target_selection,
    d.description, d.comment, d.reason_code, d.job_template_arn, d.created_at, d.completed_at, d.is_concurrent,
    d.queued_things, d.in_progress_things, d.succeeded_things, d.failed_things, d.rejected_things, d.timed_out_things,
    d.removed_things, d.canceled_things, d.progress_since, d.account_id, d.region, d.export_name, d.dt,
    d.things_done, d.things_executed, d.things_failed, d.previous_described_at,
    -- A clock may have been set back.
    CASE
      WHEN d.previous_described_at < d.described_at THEN 3600000.0e0 * (d.things_done - d.previous_things_done)
        / date_diff('millisecond', d.previous_described_at, d.described_at)
    END AS things_per_hour,
    COALESCE(cardinality(d.abort_criteria), 0) AS abort_criteria_count,
    d.abort_criteria[p.i] AS criterion,
    COALESCE(p.i, 1) AS i
  FROM described d
  LEFT JOIN places p ON p.length = cardinality(d.abort_criteria)
),
distances AS (
  SELECT snapshot_id, snapshot_at, described_at, job_arn, job_id, status, target_selection, description, comment,
    reason_code, job_template_arn, created_at, completed_at, is_concurrent, queued_things, in_progress_things,
    succeeded_things, failed_things, rejected_things, timed_out_things, removed_things, canceled_things, progress_since,
    account_id, region, export_name, dt, things_done, things_executed, things_failed, previous_described_at,
    things_per_hour, abort_criteria_count, i,
    min(
      CASE
        WHEN things_executed >= criterion.min_number_of_executed_things THEN criterion.threshold_percentage
          - 100.0e0 * CASE criterion.failure_type
            WHEN 'FAILED' THEN failed_things
            WHEN 'REJECTED' THEN rejected_things
            WHEN 'TIMED_OUT' THEN timed_out_things
            WHEN 'ALL' THEN things_failed
          END / NULLIF(things_executed, 0)
      END
    ) OVER (PARTITION BY account_id, region, export_name, dt, snapshot_id, job_id, created_at) AS percent_to_abort
  FROM criteria
)
SELECT
  snapshot_id,
  snapshot_at,
  described_at,
  job_arn,
  job_id,
  COALESCE(status, 'UNKNOWN') AS status,
  target_selection,
  description,
  comment,
  reason_code,
  job_template_arn,
  created_at,
  completed_at,
  is_concurrent,
  queued_things,
  in_progress_things,
  succeeded_things,
  failed_things,
  rejected_things,
  timed_out_things,
  removed_things,
  canceled_things,
  queued_things + in_progress_things + things_done AS things_total,
  things_done,
  things_executed,
  things_failed,
  100.0e0 * things_done / NULLIF(queued_things + in_progress_things + things_done, 0) AS percent_done,
  100.0e0 * succeeded_things / NULLIF(things_executed, 0) AS percent_succeeded,
  100.0e0 * things_failed / NULLIF(things_executed, 0) AS percent_failed,
  abort_criteria_count,
  percent_to_abort,
  previous_described_at,
  things_per_hour,
  CASE
    WHEN status = 'IN_PROGRESS' AND target_selection <> 'CONTINUOUS' AND COALESCE(NOT is_concurrent, true)
      AND things_per_hour > 0
      AND (queued_things + in_progress_things) / things_per_hour <= 87600
      THEN described_at
        + CAST(floor(3600.0e0 * (queued_things + in_progress_things) / things_per_hour) AS bigint) * INTERVAL '1' SECOND
  END AS expected_end,
  progress_since,
  date_diff('millisecond', progress_since, described_at) / 3600000.0e0 AS hours_without_progress,
  account_id,
  region,
  export_name,
  dt
FROM distances
WHERE i = 1

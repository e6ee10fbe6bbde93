-- question: How far are the rollouts now, as of the newest snapshot with details of each export, account and Region?
-- reads: rollout_progress of yesterday and today, and the records of these days, no rows
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
-- column details_left_out bigint: Jobs of the snapshot that were to be described and are not: these rows are not all where it is above 0
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- Reads the snapshots of yesterday and today (UTC) only, as latest_jobs does. An export without the option details has
-- no rows here. Nor has one whose newest snapshot with details described no job: detail_count and details_left_out in
-- its record show why. Besides jobs in progress, the rows include jobs that ended since the snapshot before.
WITH newest AS (
  SELECT
    account_id,
    region,
    export_name,
    max(snapshot_at) AS snapshot_at,
    max_by(details_left_out, snapshot_at) AS details_left_out
  FROM snapshots
  WHERE dt BETWEEN CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar) AND CAST(current_date AS varchar)
    AND detail_count IS NOT NULL AND details_left_out IS NOT NULL
  GROUP BY account_id, region, export_name
)
SELECT
  p.snapshot_id,
  p.snapshot_at,
  p.described_at,
  p.job_arn,
  p.job_id,
  p.status,
  p.target_selection,
  p.description,
  p.comment,
  p.reason_code,
  p.job_template_arn,
  p.created_at,
  p.completed_at,
  p.is_concurrent,
  p.queued_things,
  p.in_progress_things,
  p.succeeded_things,
  p.failed_things,
  p.rejected_things,
  p.timed_out_things,
  p.removed_things,
  p.canceled_things,
  p.things_total,
  p.things_done,
  p.things_executed,
  p.things_failed,
  p.percent_done,
  p.percent_succeeded,
  p.percent_failed,
  p.abort_criteria_count,
  p.percent_to_abort,
  p.previous_described_at,
  p.things_per_hour,
  p.expected_end,
  p.progress_since,
  p.hours_without_progress,
  n.details_left_out,
  p.account_id,
  p.region,
  p.export_name,
  p.dt
FROM rollout_progress p
JOIN newest n
  ON n.account_id = p.account_id
  AND n.region = p.region
  AND n.export_name = p.export_name
  AND n.snapshot_at = p.snapshot_at
WHERE p.dt BETWEEN CAST(CAST(current_date - INTERVAL '1' DAY AS date) AS varchar) AND CAST(current_date AS varchar)

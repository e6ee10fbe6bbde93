-- question: What did DescribeJob return for each job that was described, snapshot by snapshot?
-- reads: the details and records of the requested days
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column described_at timestamp(3): When DescribeJob answered
-- column job_arn varchar: ARN of the job
-- column job_id varchar: Id of the job
-- column status varchar: Status then, maybe another than in complete_jobs; UNKNOWN where the service gave none
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column targets array(varchar): ARNs of its things and thing groups
-- column description varchar: Description of the job
-- column comment varchar: Why it was canceled, or what was said of its update
-- column reason_code varchar: Reason code of its cancelation
-- column force_canceled boolean: Whether it was canceled with executions in progress
-- column job_template_arn varchar: Job template that it was made from
-- column destination_package_versions array(varchar): ARNs of the package versions that it installs
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column completed_at timestamp(3): When the job was completed
-- column is_concurrent boolean: Whether executions are being rolled out or canceled
-- column queued_things bigint: Things that await the execution of the job; this and the seven that follow: null = not known
-- column in_progress_things bigint: Things that execute the job
-- column succeeded_things bigint: Things that completed the job
-- column failed_things bigint: Things that failed
-- column rejected_things bigint: Things that rejected the job
-- column timed_out_things bigint: Things that did not finish in time
-- column removed_things bigint: Things that were deleted, or left the thing group that is the target
-- column canceled_things bigint: Things whose execution was canceled
-- column maximum_per_minute bigint: Things that are notified of the job per minute at most
-- column in_progress_timeout_minutes bigint: Minutes that a thing has for the job
-- column scheduled_start_at timestamp(3): When its rollout was to begin
-- column scheduled_end_at timestamp(3): When its rollout is to end
-- column end_behavior varchar: What becomes of executions then
-- column progress_since timestamp(3): First of the descriptions, up to this one without a break, with the same eight counts; null = not known
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A row per job and snapshot. Details of a run that failed before it wrote its record are left out. A job without a row
-- was not described, so nothing is known of it here: details_left_out in the record counts the jobs that should have
-- been described and were not. Abort criteria are in the table job_details, and the distance to them in
-- rollout_progress.
SELECT
  d.snapshot_id,
  d.snapshot_at,
  d.described_at,
  d.job_arn,
  d.job_id,
  COALESCE(d.status, 'UNKNOWN') AS status,
  d.target_selection,
  d.targets,
  d.description,
  d.comment,
  d.reason_code,
  d.force_canceled,
  d.job_template_arn,
  d.destination_package_versions,
  d.created_at,
  d.last_updated_at,
  d.completed_at,
  d.is_concurrent,
  d.queued_things,
  d.in_progress_things,
  d.succeeded_things,
  d.failed_things,
  d.rejected_things,
  d.timed_out_things,
  d.removed_things,
  d.canceled_things,
  d.maximum_per_minute,
  d.in_progress_timeout_minutes,
  d.scheduled_start_at,
  d.scheduled_end_at,
  d.end_behavior,
  d.progress_since,
  d.account_id,
  d.region,
  d.export_name,
  d.dt
FROM job_details d
JOIN snapshots s
  ON s.account_id = d.account_id
  AND s.region = d.region
  AND s.export_name = d.export_name
  AND s.dt = d.dt
  AND s.snapshot_id = d.snapshot_id
WHERE s.details_sha256 IS NOT NULL

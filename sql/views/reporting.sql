-- question: Which accounts, Regions and exports report, since when, which stopped, and which never did?
-- reads: the newest check of 1,000 exports: 0.6 MB
-- column looked_at timestamp(3): When the look began: all below is as of then
-- column state varchar: REPORTING, LATE, NEVER, AWAITED, FAILED, LEFT or UNKNOWN
-- column reporting_since timestamp(3): Its first complete snapshot; null = none, or not found
-- column newest_snapshot_id varchar: Its newest snapshot; null = none
-- column newest_snapshot_at timestamp(3): Scheduled time of that snapshot
-- column hours_since_newest double: From then until the look
-- column late_since timestamp(3): Since when it is late; null = it is not, or it is not known whether it is
-- column hours_late double: From then until the look
-- column due_at timestamp(3): When the snapshot after the newest one is or was due; null = not known, or none is to come
-- column expected boolean: Whether the configuration or the StackSet lets expect it; null = not known
-- column expected_since timestamp(3): Since when; null = not expected
-- column schedule_expression varchar: Schedule that it is checked against; null = not known
-- column schedule_time_zone varchar: Time zone of that schedule
-- column missing_thing_groups array(varchar): Thing groups of the newest snapshot that do not exist; null = not known
-- column new_snapshots bigint: Snapshots that came since the previous look; null = not known
-- column unlinked_snapshots bigint: Of these, those whose snapshot before could not be read; null = not known
-- column stack_status varchar: Status of its stack instance in the StackSet; null = none, or not known
-- column stack_status_reason varchar: Why it has that status
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
--
-- The newest check by the hub's function. In a history without a hub, as of one account, the view is empty: it is not
-- known which exports report. LATE: expected and late. NEVER: expected, late, and without any snapshot. AWAITED:
-- expected, and the first snapshot is not late yet. FAILED: without any snapshot, and AWS CloudFormation could not
-- deploy its stack. LEFT: late, and no longer expected. UNKNOWN: it is not known when a snapshot is due, or its newest
-- record, its keys or the StackSet could not be read. The view has no dt: a condition on dt is an error. If looked_at
-- is older than two periods of the hub's schedule, the view does not show the present state.
SELECT looked_at, state,
  first_snapshot_at AS reporting_since,
  newest_snapshot_id,
  newest_snapshot_at,
  date_diff('millisecond', newest_snapshot_at, looked_at) / 3600000.0e0 AS hours_since_newest,
  CASE WHEN late_at <= looked_at THEN late_at END AS late_since,
  CASE WHEN late_at <= looked_at THEN date_diff('millisecond', late_at, looked_at) / 3600000.0e0 END AS hours_late,
  due_at,
  expected,
  expected_since,
  h.schedule.expression AS schedule_expression,
  h.schedule.time_zone AS schedule_time_zone,
  missing_thing_groups,
  new_snapshots,
  unlinked_snapshots,
  stack_status,
  stack_status_reason,
  account_id,
  region,
  export_name
FROM export_health h

-- question: Which jobs are in one snapshot and in none of the same export and scope after it, and why?
-- reads: two_day_jobs, two_day_snapshots and the records of the days asked for and of the day before each
-- column job_id varchar: Id of the job
-- column last_status varchar: Status that it had last
-- column last_seen_at timestamp(3): When it was last seen
-- column last_snapshot_id varchar: Snapshot that saw it last
-- column missed_at timestamp(3): Scheduled time of the first snapshot that has its rows, and not the job
-- column reason varchar: GONE, or why its absence says nothing: see below
-- column left_out boolean: Whether a change of the export's configuration explains its absence
-- column vanished_from array(varchar): Scopes that list it no more, sorted
-- column still_in array(varchar): Scopes that listed it after; null = none
-- column target_selection varchar: SNAPSHOT or CONTINUOUS
-- column created_at timestamp(3): When the job was created
-- column last_updated_at timestamp(3): When the job was last updated
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the first snapshot without it
--
-- A row per job and the day on which it was missed; "after" reaches to the end of that day. Snapshots whose rows are gone
-- count as not taken. Reasons: GONE, a later
-- snapshot listed its scope in its last status and in all that may follow, and SCHEDULED may follow IN_PROGRESS: a job
-- goes back at the end of a maintenance window; IN_OTHER_SCOPE, the export still lists it elsewhere; GROUP_MISSING, its
-- thing group does not exist any more; GROUP_UNKNOWN, its thing group has no jobs any more, and whether the group exists
-- is not known; SCOPE_LEFT_OUT, STATUS_LEFT_OUT and NAMESPACE_LEFT_OUT, the export was told to list these no more;
-- SELECTION_UNSEEN, no job of its target selection is listed any more while others are: perhaps the export's filter
-- changed; STATUS_NOT_LISTED, it may have moved to a status that the export does not list. Of an export by thing group,
-- GONE is as good as AWS's filter: it has left out SCHEDULED jobs of a group (docs/aws-behaviour.md).
WITH windows AS (
  SELECT snapshot_id, snapshot_at, observed_at, scope, COALESCE(namespace_id, '') AS namespace_id, job_id,
    COALESCE(status, 'UNKNOWN') AS status, COALESCE(target_selection, '') AS target_selection, created_at,
    last_updated_at, account_id, region, export_name, dt AS on_dt
  FROM two_day_jobs
  WHERE job_id IS NOT NULL
),
ranked AS (
  SELECT snapshot_id, snapshot_at, observed_at, scope, job_id, status, target_selection, created_at, last_updated_at,
    account_id, region, export_name, on_dt,
    max(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt) AS rows_until,
    max(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt, namespace_id) AS namespace_until,
    max(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt, target_selection) AS selection_until,
    max(snapshot_at) OVER (PARTITION BY account_id, region, export_name, on_dt, job_id, created_at) AS job_until,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, on_dt, scope, job_id, created_at
      ORDER BY snapshot_at DESC, observed_at DESC
    ) AS newest,
    row_number() OVER (
      PARTITION BY account_id, region, export_name, on_dt, job_id, created_at
      ORDER BY snapshot_at DESC, observed_at DESC, scope DESC
    ) AS newest_of_job
  FROM windows
),
listed AS (
  SELECT snapshot_id, snapshot_at, scope, status, missing, account_id, region, export_name, dt AS on_dt
  FROM job_counts
  UNION ALL
  SELECT snapshot_id, snapshot_at, scope, status, missing, account_id, region, export_name,
    CAST(CAST(CAST(dt AS date) + INTERVAL '1' DAY AS date) AS varchar) AS on_dt
  FROM job_counts
),
scope_snapshots AS (
  SELECT l.snapshot_at, l.scope, l.account_id, l.region, l.export_name, l.on_dt, k.next_at,
    count_if(COALESCE(l.missing, false)) > 0 AS is_missing,
    count_if(l.missing IS NULL) > 0 AS is_unknown,
    count_if(l.status = 'SCHEDULED') > 0 AS scheduled,
    count_if(l.status = 'IN_PROGRESS') > 0 AS in_progress,
    count_if(l.status = 'COMPLETED') > 0 AS completed,
    count_if(l.status = 'CANCELED') > 0 AS canceled,
    count_if(l.status = 'DELETION_IN_PROGRESS') > 0 AS deletion
  FROM listed l
  JOIN two_day_snapshots k
    ON k.account_id = l.account_id AND k.region = l.region AND k.export_name = l.export_name
    AND k.dt = l.on_dt AND k.snapshot_id = l.snapshot_id
  WHERE k.rows_present
  GROUP BY l.snapshot_at, l.scope, l.account_id, l.region, l.export_name, l.on_dt, k.next_at
),
scopes AS (
  SELECT snapshot_at, scope, account_id, region, export_name, on_dt, next_at,
    max(snapshot_at) OVER both_days AS listed_until,
    max(CASE WHEN is_missing THEN snapshot_at END) OVER both_days AS missing_until,
    max(CASE WHEN NOT is_missing AND NOT is_unknown THEN snapshot_at END) OVER both_days AS existing_until,
    max(CASE WHEN scheduled THEN snapshot_at END) OVER both_days AS scheduled_until,
    max(CASE WHEN in_progress THEN snapshot_at END) OVER both_days AS in_progress_until,
    max(CASE WHEN completed THEN snapshot_at END) OVER both_days AS completed_until,
    max(CASE WHEN canceled THEN snapshot_at END) OVER both_days AS canceled_until,
    max(CASE WHEN deletion THEN snapshot_at END) OVER both_days AS deletion_until,
    max(CASE WHEN NOT is_missing AND NOT is_unknown
      AND scheduled AND in_progress AND completed AND canceled AND deletion THEN snapshot_at END)
      OVER both_days AS all_until,
    max(CASE WHEN NOT is_missing AND NOT is_unknown AND completed AND deletion THEN snapshot_at END)
      OVER both_days AS from_completed_until,
    max(CASE WHEN NOT is_missing AND NOT is_unknown AND canceled AND deletion THEN snapshot_at END)
      OVER both_days AS from_canceled_until,
    max(CASE WHEN NOT is_missing AND NOT is_unknown AND deletion THEN snapshot_at END)
      OVER both_days AS from_deletion_until
  FROM scope_snapshots
  WINDOW both_days AS (PARTITION BY account_id, region, export_name, on_dt, scope)
),
judged AS (
  SELECT r.job_id, r.created_at, r.scope, r.snapshot_id, r.snapshot_at, r.observed_at, r.status, r.target_selection,
    r.last_updated_at, r.newest_of_job, r.account_id, r.region, r.export_name, r.on_dt, s.next_at,
    CAST(CAST(s.next_at AS date) AS varchar) AS next_dt,
    CASE
      WHEN s.next_at IS NULL THEN 'STILL_THERE'
      WHEN s.listed_until = r.snapshot_at THEN 'SCOPE_LEFT_OUT'
      WHEN s.existing_until = r.snapshot_at AND s.missing_until > r.snapshot_at THEN 'GROUP_MISSING'
      WHEN s.existing_until = r.snapshot_at THEN 'GROUP_UNKNOWN'
      WHEN r.job_until > r.snapshot_at THEN 'IN_OTHER_SCOPE'
      WHEN r.rows_until > r.snapshot_at AND r.namespace_until = r.snapshot_at THEN 'NAMESPACE_LEFT_OUT'
      WHEN r.rows_until > r.snapshot_at AND r.selection_until = r.snapshot_at THEN 'SELECTION_UNSEEN'
      WHEN CASE r.status
        WHEN 'COMPLETED' THEN s.from_completed_until
        WHEN 'CANCELED' THEN s.from_canceled_until
        WHEN 'DELETION_IN_PROGRESS' THEN s.from_deletion_until
        ELSE s.all_until
      END > r.snapshot_at THEN 'GONE'
      WHEN CASE r.status
        WHEN 'SCHEDULED' THEN s.scheduled_until
        WHEN 'IN_PROGRESS' THEN s.in_progress_until
        WHEN 'COMPLETED' THEN s.completed_until
        WHEN 'CANCELED' THEN s.canceled_until
        WHEN 'DELETION_IN_PROGRESS' THEN s.deletion_until
      END = r.snapshot_at THEN 'STATUS_LEFT_OUT'
      ELSE 'STATUS_NOT_LISTED'
    END AS reason
  FROM ranked r
  JOIN scopes s
    ON s.account_id = r.account_id AND s.region = r.region AND s.export_name = r.export_name
    AND s.on_dt = r.on_dt AND s.scope = r.scope AND s.snapshot_at = r.snapshot_at
  WHERE r.newest = 1
),
jobs_judged AS (
  SELECT job_id, created_at,
    max(CASE WHEN newest_of_job = 1 THEN status END) AS last_status,
    max(CASE WHEN newest_of_job = 1 THEN observed_at END) AS last_seen_at,
    max(CASE WHEN newest_of_job = 1 THEN snapshot_id END) AS last_snapshot_id,
    max(CASE WHEN newest_of_job = 1 THEN target_selection END) AS target_selection,
    max(CASE WHEN newest_of_job = 1 THEN last_updated_at END) AS last_updated_at,
    max(CASE WHEN reason <> 'STILL_THERE' AND next_dt = on_dt THEN next_at END) AS missed_at,
    min(CASE
      WHEN reason = 'STILL_THERE' OR next_dt <> on_dt THEN NULL
      WHEN reason = 'GONE' THEN '1 GONE'
      WHEN reason = 'NAMESPACE_LEFT_OUT' THEN '2 NAMESPACE_LEFT_OUT'
      WHEN reason = 'SCOPE_LEFT_OUT' THEN '3 SCOPE_LEFT_OUT'
      WHEN reason = 'STATUS_LEFT_OUT' THEN '4 STATUS_LEFT_OUT'
      WHEN reason = 'GROUP_MISSING' THEN '5 GROUP_MISSING'
      WHEN reason = 'GROUP_UNKNOWN' THEN '6 GROUP_UNKNOWN'
      WHEN reason = 'SELECTION_UNSEEN' THEN '7 SELECTION_UNSEEN'
      WHEN reason = 'STATUS_NOT_LISTED' THEN '8 STATUS_NOT_LISTED'
      ELSE '9 IN_OTHER_SCOPE'
    END) AS ranked_reason,
    array_agg(scope ORDER BY scope) FILTER (WHERE reason <> 'STILL_THERE' AND next_dt = on_dt) AS vanished_from,
    array_agg(scope ORDER BY scope) FILTER (WHERE reason = 'STILL_THERE') AS still_in,
    account_id, region, export_name, on_dt
  FROM judged
  GROUP BY account_id, region, export_name, on_dt, job_id, created_at
)
SELECT
  job_id,
  last_status,
  last_seen_at,
  last_snapshot_id,
  missed_at,
  substr(ranked_reason, 3) AS reason,
  substr(ranked_reason, 3) IN ('NAMESPACE_LEFT_OUT', 'SCOPE_LEFT_OUT', 'STATUS_LEFT_OUT') AS left_out,
  vanished_from,
  still_in,
  target_selection,
  created_at,
  last_updated_at,
  account_id,
  region,
  export_name,
  on_dt AS dt
FROM jobs_judged
WHERE missed_at IS NOT NULL

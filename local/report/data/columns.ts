/** Columns of the rows in report.json. docs/report.md lists them, which a test checks. */

type DataType = 'text' | 'texts' | 'number' | 'boolean' | 'day' | 'time';

export interface DataColumn {
  readonly type: DataType;
  /** Includes the unit. */
  readonly comment: string;
}

type Columns = Readonly<Record<string, DataColumn>>;

interface ValueOf {
  readonly text: string;
  readonly texts: readonly string[];
  readonly number: number;
  readonly boolean: boolean;
  /** `2026-11-23`, UTC. */
  readonly day: string;
  /** `2026-11-23T18:00:00Z`. */
  readonly time: string;
}

/** A row. Null: not known, or as in the comment of the column. */
export type DataRow<C extends Columns> = { readonly [Name in keyof C]: ValueOf[C[Name]['type']] | null };

const text = (comment: string) => ({ type: 'text', comment }) as const;
const texts = (comment: string) => ({ type: 'texts', comment }) as const;
const number = (comment: string) => ({ type: 'number', comment }) as const;
const yesOrNo = (comment: string) => ({ type: 'boolean', comment }) as const;
const day = (comment: string) => ({ type: 'day', comment }) as const;
const time = (comment: string) => ({ type: 'time', comment }) as const;

export const RECENT = {
  span: text('`last 7 days`, or `7 days before`'),
  from_at: time('Where the span begins'),
  to_at: time('Where it ends'),
  completed: number('Jobs seen to complete; null = not known, or COMPLETED was not listed all along'),
  canceled: number('Jobs seen to be canceled; null = not known, or CANCELED was not listed all along'),
  is_known: yesOrNo(
    'false = a snapshot was compared with none, or with one of more than a day before the span, or the history does not reach back so far',
  ),
} as const;

export const ROLLOUT = {
  job_id: text('Id of the job'),
  status: text('Status of the job'),
  is_just_ended: yesOrNo('Whether it ended since the snapshot before'),
  target_selection: text('SNAPSHOT or CONTINUOUS'),
  is_concurrent: yesOrNo('Whether it runs beside others on the same thing'),
  created_at: time('When it was created'),
  described_at: time('Time of the DescribeJob call'),
  queued_things: number('Things that wait'),
  in_progress_things: number('Things that work on it'),
  succeeded_things: number('Things that succeeded'),
  failed_things: number('Things that failed'),
  rejected_things: number('Things that rejected it'),
  timed_out_things: number('Things that timed out'),
  removed_things: number('Things that were removed'),
  canceled_things: number('Things for which it was canceled'),
  things_total: number('All things'),
  things_done: number('Things for which it is over'),
  things_executed: number('Things that succeeded, failed, rejected it or timed out'),
  things_failed: number('Of these, those that did not succeed'),
  percent_failed: number('things_failed in percent of things_executed'),
  abort_criteria_count: number('Its criteria to abort'),
  percent_to_abort: number('Percentage points to the nearest of them'),
  things_per_hour: number('Pace, things an hour'),
  expected_end: time('When it ends at that pace'),
  hours_without_progress: number('Hours since a thing moved'),
  reason_code: text('Why it was canceled, as a code; null = none'),
  comment: text('Why it was canceled, in 300 characters at most; null = none'),
  fails: yesOrNo('Whether it fails, as in the saved query `failing-rollouts`'),
  stalls: yesOrNo('Whether it stalls, as in the saved query `stalled-rollouts`'),
} as const;

export const IN_PROGRESS = {
  job_id: text('Id of the job'),
  state: text('OVERDUE, MAY_BE_OVERDUE, IN_TIME, CONTINUOUS, or NOT_KNOWN where there is no bound'),
  days_in_progress: number('Days since it was first seen in progress, without a break'),
  in_progress_since: time('When that was; null = not known'),
  last_updated_at: time('When AWS last updated the job'),
  created_at: time('When it was created'),
  target_selection: text('SNAPSHOT or CONTINUOUS; a CONTINUOUS job completes only after its end time, if it has one'),
  scopes: texts('Thing groups that it was listed in; `account-wide` without groups'),
} as const;

export const OVERDUE_DAY = {
  dt: day('Day'),
  overdue: number('Jobs overdue at its last snapshot, by the bound of now'),
} as const;

export const GROUP = {
  scope: text('The thing group'),
  missing: yesOrNo('Whether it does not exist'),
  in_progress: number('Jobs in progress'),
  overdue: number('Of these, those OVERDUE'),
  may_be_overdue: number('Those MAY_BE_OVERDUE'),
  continuous: number('Those CONTINUOUS'),
} as const;

export const MOVED_DAY = {
  dt: day('Day'),
  created: number('Jobs that appeared and are new'),
  started: number('Jobs that came into progress'),
  completed: number('Jobs that completed'),
  canceled: number('Jobs that were canceled'),
  being_deleted: number('Jobs whose deletion began'),
  is_compared: yesOrNo(
    'Whether each snapshot of the day was compared with the one before. A null beside true: the status was not listed',
  ),
} as const;

export const FLOW = {
  from_status: text('Status before'),
  to_status: text('Status after'),
  jobs: number('How often a job went from one to the other'),
} as const;

export const DURATION_WEEK = {
  week: day('Monday of the week in which the jobs completed'),
  jobs: number('Jobs that completed'),
  least_hours: number('Hours from creation to completion: the shortest'),
  p05_hours: number('5th percentile'),
  p25_hours: number('25th percentile'),
  p50_hours: number('Median'),
  p75_hours: number('75th percentile'),
  p90_hours: number('90th percentile'),
  p95_hours: number('95th percentile'),
  most_hours: number('The longest'),
} as const;

export const VANISHED_DAY = {
  dt: day('Day'),
  reason: text('GONE, or why its absence means nothing: docs/queries.md, `vanished_jobs`'),
  jobs: number('Jobs that were missed'),
} as const;

export const VANISHED = {
  job_id: text('Id of the job'),
  missed_at: time('The snapshot that missed it'),
  last_seen_at: time('When it was last listed'),
  last_status: text('Its status then'),
  reason: text('GONE, or why its absence means nothing'),
  target_selection: text('SNAPSHOT or CONTINUOUS'),
  created_at: time('When it was created'),
} as const;

export const PURGED = {
  job_id: text('Id of the job'),
  status: text('COMPLETED or CANCELED'),
  days_since_end: number('Days since its end, or its last update'),
  days_since_creation: number('Days since its creation'),
  ended_at: time('Its end, or its last update'),
  created_at: time('When it was created'),
} as const;

export const SNAPSHOT_DAY = {
  dt: day('Day'),
  expected: number('Snapshots that were to come; null = neither a schedule nor a usual time between two tells'),
  arrived: number('Snapshots that came'),
  failed: number('expected less arrived'),
  late: number('Runs that began more than five minutes after their time'),
  gaps: number('Places where snapshots are missing'),
  longest_gap_minutes: number('The longest time between two snapshots, minutes'),
  period_minutes: number('The most frequent one, minutes'),
  longest_delay_seconds: number('The longest time from the scheduled time to the start, seconds'),
  mean_duration_seconds: number('How long a run took, seconds'),
  longest_duration_seconds: number('How long the longest took, seconds'),
  missing_groups: texts('Thing groups that did not exist; null = none'),
} as const;

export const MISSING_GROUP = {
  scope: text('The thing group'),
  snapshots: number('Snapshots in which it did not exist'),
  unknown_snapshots: number('Snapshots in which it was not known whether it exists'),
  first_at: time('The first of them'),
  last_at: time('The last of them'),
} as const;

export const REPORTING = {
  state: text('REPORTING, LATE, NEVER, AWAITED, FAILED, LEFT or UNKNOWN: docs/queries.md, `reporting`'),
  account_id: text('AWS account'),
  region: text('AWS Region'),
  export_name: text('The export'),
  reporting_since: time('Its first snapshot'),
  newest_snapshot_at: time('Its newest snapshot'),
  late_since: time('Since when it is late; null = it is not, or that is not known'),
  hours_late: number('Hours since then'),
  missing_thing_groups: texts('Thing groups that do not exist'),
  unlinked_snapshots: number('Snapshots compared with none'),
  schedule_expression: text('When its snapshots are due'),
  stack_status: text('Status of the stack in the StackSet'),
  stack_status_reason: text('What AWS CloudFormation says of it'),
  looked_at: time('When the hub looked'),
} as const;

/** By their name in docs/report.md. */
export const ROWS: Readonly<Record<string, Columns>> = {
  'recent[]': RECENT,
  'rollouts.jobs[]': ROLLOUT,
  'overdue.jobs[]': IN_PROGRESS,
  'overdue.byDay[]': OVERDUE_DAY,
  'groups[]': GROUP,
  'moved[]': MOVED_DAY,
  'flows[]': FLOW,
  'durations[]': DURATION_WEEK,
  'vanished.byDay[]': VANISHED_DAY,
  'vanished.jobs[]': VANISHED,
  'purged.jobs[]': PURGED,
  'snapshots.byDay[]': SNAPSHOT_DAY,
  'snapshots.missingGroups[]': MISSING_GROUP,
  'reporting.exports[]': REPORTING,
};

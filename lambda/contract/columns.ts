/**
 * The columns of the tables, in the order in which they are written.
 *
 * The types of the NDJSON rows, the Glue tables, the DuckDB views and the documentation are derived from them. A new column
 * is added at the end. No column is renamed, because Athena finds columns by name.
 */

/** Athena's names of the scalar types in use. In JSON a `timestamp` is the text `yyyy-MM-dd HH:mm:ss.SSS`, in UTC. */
export type ScalarType = 'string' | 'timestamp' | 'bigint' | 'double' | 'boolean';

/** A scalar, an array of scalars or of structs, or a struct with the fields that it lists. */
export type ColumnType =
  | ScalarType
  | { readonly arrayOf: ScalarType | readonly Column[] }
  | { readonly struct: readonly Column[] };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether the value may be `null`. */
  readonly nullable?: true;
  /** Whether older versions did not write it. Where it is absent it is read as `null`, as Athena does. */
  readonly mayBeAbsent?: true;
  readonly comment: string;
}

/** Partition columns of all tables, all of type `string`. They are in the object's key, not in its rows. */
export const PARTITION_COLUMNS = [
  { name: 'account_id', type: 'string', comment: 'AWS account that was listed' },
  { name: 'region', type: 'string', comment: 'AWS Region that was listed' },
  { name: 'export_name', type: 'string', comment: 'Name of the export' },
  { name: 'dt', type: 'string', comment: 'UTC date of the scheduled time, yyyy-MM-dd' },
] as const satisfies readonly Column[];

/** Table `jobs`: one row per job and scope of a snapshot. */
export const JOBS_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Scheduled time in UTC and export, 20261123T180000Z-all' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  { name: 'observed_at', type: 'timestamp', comment: 'When the page that held the job came' },
  {
    name: 'thing_group_name',
    type: 'string',
    nullable: true,
    comment: 'Scope: thing group requested by name; null with queried_thing_group_id = account-wide',
  },
  { name: 'queried_thing_group_id', type: 'string', nullable: true, comment: 'Scope: thing group requested by id' },
  { name: 'namespace_id', type: 'string', nullable: true, comment: 'Requested namespace' },
  { name: 'job_arn', type: 'string', nullable: true, comment: 'ARN of the job' },
  { name: 'job_id', type: 'string', nullable: true, comment: 'Id of the job, unique in account and Region' },
  {
    name: 'status',
    type: 'string',
    nullable: true,
    comment: 'SCHEDULED, IN_PROGRESS, COMPLETED, CANCELED, DELETION_IN_PROGRESS, or what AWS adds',
  },
  { name: 'target_selection', type: 'string', nullable: true, comment: 'SNAPSHOT or CONTINUOUS' },
  { name: 'thing_group_id', type: 'string', nullable: true, comment: 'thingGroupId as ListJobs gave it' },
  {
    name: 'is_concurrent',
    type: 'boolean',
    nullable: true,
    comment: 'Whether executions are being rolled out or canceled',
  },
  { name: 'created_at', type: 'timestamp', nullable: true, comment: 'When the job was created' },
  { name: 'last_updated_at', type: 'timestamp', nullable: true, comment: 'When the job was last updated' },
  { name: 'completed_at', type: 'timestamp', nullable: true, comment: 'When the job was completed' },
  {
    name: 'first_seen_at',
    type: 'timestamp',
    nullable: true,
    mayBeAbsent: true,
    comment:
      'observed_at of the first of the snapshots, up to this one without a break, that saw this job in this scope; null in a LATE snapshot and of a job without identity',
  },
  {
    name: 'status_since',
    type: 'timestamp',
    nullable: true,
    mayBeAbsent: true,
    comment:
      'observed_at of the first of the snapshots, up to this one without a break, that saw it in this status; null as first_seen_at',
  },
] as const satisfies readonly Column[];

/** Fields of an element of `snapshots.listings`: one scope and one requested status. */
export const LISTING_FIELDS = [
  { name: 'thing_group_name', type: 'string', nullable: true, comment: 'Scope: thing group by name' },
  { name: 'queried_thing_group_id', type: 'string', nullable: true, comment: 'Scope: thing group by id' },
  { name: 'status', type: 'string', comment: 'Requested status' },
  { name: 'job_count', type: 'bigint', comment: 'Rows written for this listing' },
  {
    name: 'missing',
    type: 'boolean',
    nullable: true,
    comment:
      'Whether the thing group does not exist; null = not known, no job was found and the group could not be looked up',
  },
] as const satisfies readonly Column[];

/** Fields of `snapshots.schedule`. */
export const SCHEDULE_FIELDS = [
  { name: 'expression', type: 'string', comment: 'Rate or cron as EventBridge Scheduler writes it' },
  { name: 'time_zone', type: 'string', comment: 'Time zone of a cron by its IANA name' },
] as const satisfies readonly Column[];

/** Why a snapshot was not compared with a predecessor. It then has no changes; ages start anew, or are null if it is LATE. */
export const UNLINKED_REASONS = ['LATE', 'FIRST', 'UNREADABLE'] as const;
export type UnlinkedReason = (typeof UNLINKED_REASONS)[number];

/** Table `snapshots`: one row per snapshot, its record. */
export const SNAPSHOTS_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Scheduled time in UTC and export, 20261123T180000Z-all' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  { name: 'started_at', type: 'timestamp', comment: 'When the run began' },
  { name: 'finished_at', type: 'timestamp', comment: 'When the last listing had ended' },
  { name: 'job_count', type: 'bigint', comment: 'Rows of the snapshot' },
  { name: 'listings', type: { arrayOf: LISTING_FIELDS }, comment: 'One element per requested scope and status' },
  { name: 'object_key', type: 'string', comment: 'Key of the object of rows, without the bucket' },
  { name: 'object_bytes', type: 'bigint', comment: 'Size of that object as stored' },
  { name: 'object_sha256', type: 'string', comment: 'SHA-256 of that object as stored, hex' },
  { name: 'exporter_version', type: 'string', comment: 'Version of the exporter that wrote the snapshot' },
  ...added([
    { name: 'target_selection', type: 'string', nullable: true, comment: 'Requested target selection; null = both' },
    { name: 'namespace_id', type: 'string', nullable: true, comment: 'Requested namespace' },
    {
      name: 'previous_snapshot_id',
      type: 'string',
      nullable: true,
      comment: 'Snapshot that this one was compared with: the newest complete one before it; null = none',
    },
    {
      name: 'unlinked_reason',
      type: 'string',
      nullable: true,
      comment:
        'Why it was compared with none: LATE = a later one existed already, FIRST = there was none, UNREADABLE = its rows could not be read; null = compared, or older than this column',
    },
    {
      name: 'change_count',
      type: 'bigint',
      nullable: true,
      comment: 'Rows of its changes; null = not looked for, which is not 0',
    },
    { name: 'changes_key', type: 'string', nullable: true, comment: 'Key of the object of changes; null = none' },
    { name: 'changes_bytes', type: 'bigint', nullable: true, comment: 'Size of that object as stored' },
    { name: 'changes_sha256', type: 'string', nullable: true, comment: 'SHA-256 of that object as stored, hex' },
    {
      name: 'schedule',
      type: { struct: SCHEDULE_FIELDS },
      nullable: true,
      comment: 'Schedule of the export, as its event gave it; null = none, as of a run started by hand',
    },
    {
      name: 'detail_count',
      type: 'bigint',
      nullable: true,
      comment: 'Rows of its details; null = not requested, which is not 0',
    },
    {
      name: 'details_left_out',
      type: 'bigint',
      nullable: true,
      comment:
        'Jobs that were to be described and are not: more than maxJobs, gone meanwhile, or DescribeJob was refused, failed or too slow; null = not requested',
    },
    { name: 'details_key', type: 'string', nullable: true, comment: 'Key of the object of details; null = none' },
    { name: 'details_bytes', type: 'bigint', nullable: true, comment: 'Size of that object as stored' },
    { name: 'details_sha256', type: 'string', nullable: true, comment: 'SHA-256 of that object as stored, hex' },
    {
      name: 'details_owed',
      type: { arrayOf: 'string' },
      nullable: true,
      comment:
        'Ids of jobs that have ended and were not described, 1,000 at most: the next snapshot describes them first; null = not requested',
    },
    {
      name: 'details_turn',
      type: 'string',
      nullable: true,
      comment:
        'Id of the last job that was described in turn: the next snapshot goes on after it; null = none yet, or not requested',
    },
  ]),
] as const satisfies readonly Column[];

/** Kinds of difference between a snapshot and its predecessor. See docs/data.md, changes. */
export const CHANGES = ['APPEARED', 'MOVED', 'VANISHED'] as const;
/** A kind of change. */
export type Change = (typeof CHANGES)[number];

/** Why a job appeared. The first reason that applies is written. */
export const APPEARED_REASONS = ['NOT_ASKED_BEFORE', 'NEW', 'MAY_HAVE_MOVED', 'UNEXPLAINED'] as const;
/** Why a job vanished. The first reason that applies is written. */
export const VANISHED_REASONS = ['GROUP_MISSING', 'NOT_ASKED_NOW', 'MAY_HAVE_MOVED', 'GONE'] as const;
export type ChangeReason = (typeof APPEARED_REASONS)[number] | (typeof VANISHED_REASONS)[number];

/** Table `changes`: one row per job and scope that differs from the predecessor snapshot. */
export const CHANGES_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Snapshot that saw the change' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  { name: 'previous_snapshot_id', type: 'string', comment: 'Snapshot before, which it is compared with' },
  { name: 'previous_snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot before' },
  { name: 'thing_group_name', type: 'string', nullable: true, comment: 'Scope: thing group by name, as in jobs' },
  { name: 'queried_thing_group_id', type: 'string', nullable: true, comment: 'Scope: thing group by id, as in jobs' },
  { name: 'job_arn', type: 'string', nullable: true, comment: 'ARN of the job' },
  { name: 'job_id', type: 'string', nullable: true, comment: 'Id of the job' },
  {
    name: 'change',
    type: 'string',
    comment: 'APPEARED, not in the snapshot before; MOVED, in another status; VANISHED, in the snapshot before alone',
  },
  {
    name: 'reason',
    type: 'string',
    nullable: true,
    comment:
      'Of APPEARED: NOT_ASKED_BEFORE, NEW, MAY_HAVE_MOVED, UNEXPLAINED. Of VANISHED: GROUP_MISSING, NOT_ASKED_NOW, MAY_HAVE_MOVED, GONE; by thing group GONE may be a fault of the filter of ListJobs, which has left out jobs of a group',
  },
  { name: 'from_status', type: 'string', nullable: true, comment: 'Status in the snapshot before; null if APPEARED' },
  {
    name: 'from_since',
    type: 'timestamp',
    nullable: true,
    comment: 'status_since in the snapshot before; null if APPEARED',
  },
  {
    name: 'from_seen_at',
    type: 'timestamp',
    nullable: true,
    comment: 'observed_at in the snapshot before; null if APPEARED',
  },
  { name: 'to_status', type: 'string', nullable: true, comment: 'Status in this snapshot; null if VANISHED' },
  { name: 'to_seen_at', type: 'timestamp', nullable: true, comment: 'observed_at in this snapshot; null if VANISHED' },
  { name: 'target_selection', type: 'string', nullable: true, comment: 'SNAPSHOT or CONTINUOUS, as last seen' },
  { name: 'created_at', type: 'timestamp', nullable: true, comment: 'When the job was created, as last seen' },
  { name: 'last_updated_at', type: 'timestamp', nullable: true, comment: 'When it was last updated, as last seen' },
  { name: 'completed_at', type: 'timestamp', nullable: true, comment: 'When it was completed, as last seen' },
] as const satisfies readonly Column[];

/** Fields of an element of `job_details.abort_criteria`. */
const ABORT_CRITERION_FIELDS = [
  { name: 'action', type: 'string', nullable: true, comment: 'What becomes of the job: CANCEL' },
  { name: 'failure_type', type: 'string', nullable: true, comment: 'FAILED, REJECTED, TIMED_OUT or ALL' },
  {
    name: 'threshold_percentage',
    type: 'double',
    nullable: true,
    comment: 'Percentage of executions with such a failure from which on the job is aborted',
  },
  {
    name: 'min_number_of_executed_things',
    type: 'bigint',
    nullable: true,
    comment: 'Things that must have been notified before the job can be aborted',
  },
] as const satisfies readonly Column[];

/** Table `job_details`: one row per described job of a snapshot. */
export const JOB_DETAILS_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Scheduled time in UTC and export, 20261123T180000Z-all' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  {
    name: 'described_at',
    type: 'timestamp',
    comment: 'When DescribeJob answered; it may come after finished_at of the snapshot',
  },
  { name: 'job_arn', type: 'string', nullable: true, comment: 'ARN of the job' },
  { name: 'job_id', type: 'string', comment: 'Id of the job, unique in account and Region' },
  {
    name: 'status',
    type: 'string',
    nullable: true,
    comment: 'Status when it was described; it may be another than in jobs',
  },
  { name: 'target_selection', type: 'string', nullable: true, comment: 'SNAPSHOT or CONTINUOUS' },
  { name: 'targets', type: { arrayOf: 'string' }, nullable: true, comment: 'ARNs of its things and thing groups' },
  { name: 'description', type: 'string', nullable: true, comment: 'Description of the job' },
  { name: 'comment', type: 'string', nullable: true, comment: 'Why it was canceled, or what was said of its update' },
  { name: 'reason_code', type: 'string', nullable: true, comment: 'Reason code of its cancelation' },
  {
    name: 'force_canceled',
    type: 'boolean',
    nullable: true,
    comment: 'Whether it was canceled with executions in progress',
  },
  { name: 'job_template_arn', type: 'string', nullable: true, comment: 'Job template that it was made from' },
  {
    name: 'destination_package_versions',
    type: { arrayOf: 'string' },
    nullable: true,
    comment: 'ARNs of the package versions that it installs',
  },
  { name: 'created_at', type: 'timestamp', nullable: true, comment: 'When the job was created' },
  { name: 'last_updated_at', type: 'timestamp', nullable: true, comment: 'When the job was last updated' },
  { name: 'completed_at', type: 'timestamp', nullable: true, comment: 'When the job was completed' },
  {
    name: 'is_concurrent',
    type: 'boolean',
    nullable: true,
    comment: 'Whether executions are being rolled out or canceled',
  },
  { name: 'queued_things', type: 'bigint', nullable: true, comment: 'Things that await the execution of the job' },
  { name: 'in_progress_things', type: 'bigint', nullable: true, comment: 'Things that execute the job' },
  { name: 'succeeded_things', type: 'bigint', nullable: true, comment: 'Things that completed the job' },
  { name: 'failed_things', type: 'bigint', nullable: true, comment: 'Things that failed' },
  { name: 'rejected_things', type: 'bigint', nullable: true, comment: 'Things that rejected the job' },
  { name: 'timed_out_things', type: 'bigint', nullable: true, comment: 'Things that did not finish in time' },
  {
    name: 'removed_things',
    type: 'bigint',
    nullable: true,
    comment: 'Things that were deleted, or left the thing group that is the target',
  },
  { name: 'canceled_things', type: 'bigint', nullable: true, comment: 'Things whose execution was canceled' },
  {
    name: 'maximum_per_minute',
    type: 'bigint',
    nullable: true,
    comment: 'Things that are notified of the job per minute at most',
  },
  {
    name: 'abort_criteria',
    type: { arrayOf: ABORT_CRITERION_FIELDS },
    nullable: true,
    comment: 'When the job is aborted; null = never',
  },
  {
    name: 'in_progress_timeout_minutes',
    type: 'bigint',
    nullable: true,
    comment: 'Minutes that a thing has for the job',
  },
  {
    name: 'scheduled_start_at',
    type: 'timestamp',
    nullable: true,
    comment: 'When its rollout was to begin, to the minute',
  },
  { name: 'scheduled_end_at', type: 'timestamp', nullable: true, comment: 'When its rollout is to end, to the minute' },
  {
    name: 'end_behavior',
    type: 'string',
    nullable: true,
    comment: 'What becomes of executions then: STOP_ROLLOUT, CANCEL or FORCE_CANCEL',
  },
  {
    name: 'progress_since',
    type: 'timestamp',
    nullable: true,
    comment:
      'described_at of the first of the snapshots, up to this one without a break, that described this job with the same eight counts; null = not known, as in a LATE snapshot',
  },
  {
    name: 'previous_described_at',
    type: 'timestamp',
    nullable: true,
    comment:
      'described_at of this job in the snapshot before; null = not described there, or not known as progress_since',
  },
  {
    name: 'previous_things_done',
    type: 'bigint',
    nullable: true,
    comment:
      'Things that succeeded, failed, rejected the job, timed out, were removed or canceled then; null = not known, or not described there',
  },
] as const satisfies readonly Column[];

interface Scalars {
  readonly string: string;
  readonly timestamp: string;
  readonly bigint: number;
  readonly double: number;
  readonly boolean: boolean;
}

type TypedValue<T extends ColumnType> = T extends ScalarType
  ? Scalars[T]
  : T extends { readonly arrayOf: infer Element }
    ? Element extends ScalarType
      ? readonly Scalars[Element][]
      : Element extends readonly Column[]
        ? readonly RowOf<Element>[]
        : never
    : T extends { readonly struct: infer Fields extends readonly Column[] }
      ? RowOf<Fields>
      : never;

type Value<C extends Column> = TypedValue<C['type']> | (C extends { readonly nullable: true } ? null : never);

/** The JSON object with a list of columns. */
export type RowOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C['name']]: Value<C>;
};

export type JobRow = RowOf<typeof JOBS_COLUMNS>;
export type ListingElement = RowOf<typeof LISTING_FIELDS>;
export type SnapshotRecord = RowOf<typeof SNAPSHOTS_COLUMNS>;
export type ScheduleOfRecord = RowOf<typeof SCHEDULE_FIELDS>;
export type ChangeRow = RowOf<typeof CHANGES_COLUMNS>;
export type JobDetailsRow = RowOf<typeof JOB_DETAILS_COLUMNS>;

/** The type of a column as Athena's DDL and Glue write it. */
export function athenaType(type: ColumnType): string {
  if (typeof type === 'string') return type;
  const structOf = (fields: readonly Column[]) =>
    `struct<${fields.map((field) => `${field.name}:${athenaType(field.type)}`).join(',')}>`;
  if ('struct' in type) return structOf(type.struct);
  return `array<${typeof type.arrayOf === 'string' ? athenaType(type.arrayOf) : structOf(type.arrayOf)}>`;
}

/** Marks columns that older versions did not write. */
function added<const Columns extends readonly Column[]>(columns: Columns) {
  return columns.map((column) => ({ ...column, mayBeAbsent: true })) as unknown as {
    readonly [I in keyof Columns]: Columns[I] & { readonly mayBeAbsent: true };
  };
}

/**
 * The columns of the two tables, in the order in which they are written.
 *
 * Everything that must agree on them comes from here: the NDJSON writer's types, the Glue tables, the DuckDB views and
 * the documentation. A new column goes to the end; none is renamed, for Athena finds a column by its name.
 */

/** Athena's names of the scalar types in use. A `timestamp` is text `yyyy-MM-dd HH:mm:ss.SSS`, in UTC, in the JSON. */
export type ScalarType = 'string' | 'timestamp' | 'bigint' | 'boolean';

export interface Column {
  readonly name: string;
  /** A scalar, or `listings` for the array of structs that {@link LISTING_FIELDS} makes up. */
  readonly type: ScalarType | 'listings';
  /** Whether the value may be `null`. */
  readonly nullable?: true;
  readonly comment: string;
}

/** Partition columns of both tables, all of type `string`. They stand in the key alone, never in the rows. */
export const PARTITION_COLUMNS = [
  { name: 'account_id', type: 'string', comment: 'AWS account that was listed' },
  { name: 'region', type: 'string', comment: 'AWS Region that was listed' },
  { name: 'export_name', type: 'string', comment: 'Name of the export' },
  { name: 'dt', type: 'string', comment: 'UTC date of the scheduled time, yyyy-MM-dd' },
] as const satisfies readonly Column[];

/** Table `jobs`: a row per job and scope of a snapshot. */
export const JOBS_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Scheduled time in UTC and export, 20261123T180000Z-all' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  { name: 'observed_at', type: 'timestamp', comment: 'When the page that held the job came' },
  {
    name: 'thing_group_name',
    type: 'string',
    nullable: true,
    comment: 'Scope: thing group asked for by name; null with queried_thing_group_id = account-wide',
  },
  { name: 'queried_thing_group_id', type: 'string', nullable: true, comment: 'Scope: thing group asked for by id' },
  { name: 'namespace_id', type: 'string', nullable: true, comment: 'Namespace asked for' },
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
] as const satisfies readonly Column[];

/** Fields of an element of `snapshots.listings`: one scope and one status asked for. */
export const LISTING_FIELDS = [
  { name: 'thing_group_name', type: 'string', nullable: true, comment: 'Scope: thing group by name' },
  { name: 'queried_thing_group_id', type: 'string', nullable: true, comment: 'Scope: thing group by id' },
  { name: 'status', type: 'string', comment: 'Status asked for' },
  { name: 'job_count', type: 'bigint', comment: 'Rows written for this listing' },
  {
    name: 'missing',
    type: 'boolean',
    nullable: true,
    comment:
      'Whether the thing group does not exist; null = not known, no job was found and AWS IoT could not be asked',
  },
] as const satisfies readonly Column[];

/** Table `snapshots`: the record, a row per snapshot. */
export const SNAPSHOTS_COLUMNS = [
  { name: 'snapshot_id', type: 'string', comment: 'Scheduled time in UTC and export, 20261123T180000Z-all' },
  { name: 'snapshot_at', type: 'timestamp', comment: 'Scheduled time of the snapshot' },
  { name: 'started_at', type: 'timestamp', comment: 'When the run began' },
  { name: 'finished_at', type: 'timestamp', comment: 'When the last listing had ended' },
  { name: 'job_count', type: 'bigint', comment: 'Rows of the snapshot' },
  { name: 'listings', type: 'listings', comment: 'One element per scope and status asked for' },
  { name: 'object_key', type: 'string', comment: 'Key of the object of rows, without the bucket' },
  { name: 'object_bytes', type: 'bigint', comment: 'Size of that object as stored' },
  { name: 'object_sha256', type: 'string', comment: 'SHA-256 of that object as stored, hex' },
  { name: 'exporter_version', type: 'string', comment: 'Version of the exporter that wrote the snapshot' },
] as const satisfies readonly Column[];

interface Values {
  readonly string: string;
  readonly timestamp: string;
  readonly bigint: number;
  readonly boolean: boolean;
  readonly listings: readonly ListingElement[];
}

type Value<C extends Column> = Values[C['type']] | (C extends { readonly nullable: true } ? null : never);

/** The JSON object that a list of columns stands for. */
export type RowOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C['name']]: Value<C>;
};

export type JobRow = RowOf<typeof JOBS_COLUMNS>;
export type ListingElement = RowOf<typeof LISTING_FIELDS>;
export type SnapshotRecord = RowOf<typeof SNAPSHOTS_COLUMNS>;

/** The type of a column in Athena's DDL and in Glue. */
export function athenaType(type: Column['type']): string {
  if (type !== 'listings') return type;
  const fields = LISTING_FIELDS.map((field) => `${field.name}:${field.type}`);
  return `array<struct<${fields.join(',')}>>`;
}

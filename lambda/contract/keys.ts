/** Top-level prefixes of the bucket, without slashes. */
export const JOBS_PREFIX = 'jobs';
export const CHANGES_PREFIX = 'changes';
export const DETAILS_PREFIX = 'details';
export const SNAPSHOTS_PREFIX = 'snapshots';
export const INTENTS_PREFIX = 'intents';
/** Health of all exports, by the hub's function. Each check overwrites the previous one. */
export const HEALTH_PREFIX = 'health';
export const HEALTH_KEY = `${HEALTH_PREFIX}/exports.ndjson`;
/** Saved states of runs that are longer than one invocation. */
export const WORK_PREFIX = 'work';

export const JOBS_SUFFIX = '.ndjson.gz';
export const CHANGES_SUFFIX = '.ndjson.gz';
export const DETAILS_SUFFIX = '.ndjson.gz';
export const SNAPSHOTS_SUFFIX = '.ndjson';

/** Identifies a snapshot: account, Region, export and scheduled time. */
export interface SnapshotIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** The scheduled time, epoch milliseconds, on a whole second. */
  readonly scheduledAt: number;
}

/** The UTC date of an instant, `2026-11-23`. */
export function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** `20261123T180000Z-all`: sorts by time, has the export's name, and is safe in keys and names. */
export function snapshotId({ exportName, scheduledAt }: SnapshotIdentity): string {
  const compact = new Date(scheduledAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${compact}Z-${exportName}`;
}

/** `account_id=…/region=…`: the partition below each prefix that a writer may write to. */
export function writerPartition(accountId: string, region: string): string {
  return `account_id=${accountId}/region=${region}`;
}

/** Prefix of an export's records. The records are one level deeper, in the partition of their day. */
export function recordsPrefix(identity: SnapshotIdentity): string {
  return `${SNAPSHOTS_PREFIX}/${exportPartition(identity)}/`;
}

/** Prefix of the records of the snapshot's day. */
export function dayPrefix(identity: SnapshotIdentity): string {
  return `${SNAPSHOTS_PREFIX}/${dayPartition(identity)}/`;
}

function exportPartition({ accountId, region, exportName }: SnapshotIdentity): string {
  return `${writerPartition(accountId, region)}/export_name=${exportName}`;
}

function dayPartition(identity: SnapshotIdentity): string {
  return `${exportPartition(identity)}/dt=${utcDate(identity.scheduledAt)}`;
}

export function jobsKey(identity: SnapshotIdentity): string {
  return `${JOBS_PREFIX}/${dayPartition(identity)}/${snapshotId(identity)}${JOBS_SUFFIX}`;
}

export function changesKey(identity: SnapshotIdentity): string {
  return `${CHANGES_PREFIX}/${dayPartition(identity)}/${snapshotId(identity)}${CHANGES_SUFFIX}`;
}

export function detailsKey(identity: SnapshotIdentity): string {
  return `${DETAILS_PREFIX}/${dayPartition(identity)}/${snapshotId(identity)}${DETAILS_SUFFIX}`;
}

export function recordKey(identity: SnapshotIdentity): string {
  return `${SNAPSHOTS_PREFIX}/${dayPartition(identity)}/${snapshotId(identity)}${SNAPSHOTS_SUFFIX}`;
}

const RECORD_KEY_TIME = /\/(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[^/]*$/;

/** The snapshot of a record's key; `undefined` for any key that is not a record's of the same export. */
export function snapshotOfRecord(
  key: string,
  { accountId, region, exportName }: SnapshotIdentity,
): SnapshotIdentity | undefined {
  const [, year, month, day, hour, minute, second] = RECORD_KEY_TIME.exec(key) ?? [];
  const scheduledAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const identity = { accountId, region, exportName, scheduledAt };
  // A time that does not exist parses as NaN or as another time; then the keys differ.
  return Number.isNaN(scheduledAt) || recordKey(identity) !== key ? undefined : identity;
}

/** Key of the record's intent. It contains the checksum of the rows, so that no run uses another run's intent. */
export function intentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.json`;
}

/** Key of the changes' intent. */
export function changesIntentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.changes${CHANGES_SUFFIX}`;
}

/** Key of the details' intent. */
export function detailsIntentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.details${DETAILS_SUFFIX}`;
}

function intentPrefix(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${INTENTS_PREFIX}/${exportPartition(identity)}/${snapshotId(identity)}.${rowsSha256}`;
}

/** A run that may be longer than one invocation. */
export interface RunIdentity extends SnapshotIdentity {
  /** Id of the run, 16 hexadecimal digits. */
  readonly run: string;
}

/** Key of the event that requested the snapshot. */
export function eventKey(run: RunIdentity): string {
  return `${workPrefix(run)}.event.json`;
}

/** Key of the head of the state that an invocation resumes from. The head is put last, and names the blobs. */
export function stateKey(run: RunIdentity, invocation: number): string {
  return `${workPrefix(run)}.${invocation}.state`;
}

/**
 * Key of a blob of the state that an invocation resumes from.
 *
 * @param attempt the attempt that wrote it: two attempts never share a blob
 */
export function stateBlobKey(run: RunIdentity, invocation: number, attempt: number, index: number): string {
  return `${workPrefix(run)}.${invocation}.${attempt}.${index}.blob`;
}

/** Key that marks an attempt as begun. Attempts are numbered over all invocations of a run; only the newest one continues. */
export function attemptKey(run: RunIdentity, attempt: number): string {
  return `${workPrefix(run)}.attempt-${attempt}`;
}

function workPrefix(run: RunIdentity): string {
  return `${WORK_PREFIX}/${exportPartition(run)}/${snapshotId(run)}.${run.run}`;
}

/** Where things stand in the bucket. Top-level prefixes, without slashes. */
export const JOBS_PREFIX = 'jobs';
export const CHANGES_PREFIX = 'changes';
export const DETAILS_PREFIX = 'details';
export const SNAPSHOTS_PREFIX = 'snapshots';
export const INTENTS_PREFIX = 'intents';
/** What the hub's function says of all exports; each look takes the place of the one before. */
export const HEALTH_PREFIX = 'health';
export const HEALTH_KEY = `${HEALTH_PREFIX}/exports.ndjson`;
/** What runs keep that outlast an invocation. */
export const WORK_PREFIX = 'work';

export const JOBS_SUFFIX = '.ndjson.gz';
export const CHANGES_SUFFIX = '.ndjson.gz';
export const DETAILS_SUFFIX = '.ndjson.gz';
export const SNAPSHOTS_SUFFIX = '.ndjson';

/** What a snapshot is a snapshot of. */
export interface SnapshotIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** The scheduled time, epoch milliseconds, on a whole second. */
  readonly scheduledAt: number;
}

/** `2026-11-23` of an instant, in UTC. */
export function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

/** `20261123T180000Z-all`: sorts by time, says its export, and is safe in keys and names. */
export function snapshotId({ exportName, scheduledAt }: SnapshotIdentity): string {
  const compact = new Date(scheduledAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${compact}Z-${exportName}`;
}

/** `account_id=…/region=…`: what one writer may write below each prefix. */
export function writerPartition(accountId: string, region: string): string {
  return `account_id=${accountId}/region=${region}`;
}

/** Prefix of an export's records, which are one level deeper: in the partition of their day. */
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

const TIME_OF_RECORD = /\/(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[^/]*$/;

/** The snapshot of which a key has the record; `undefined` where it is no key of a record of the same export. */
export function snapshotOfRecord(
  key: string,
  { accountId, region, exportName }: SnapshotIdentity,
): SnapshotIdentity | undefined {
  const [, year, month, day, hour, minute, second] = TIME_OF_RECORD.exec(key) ?? [];
  const scheduledAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const identity = { accountId, region, exportName, scheduledAt };
  // A time that does not exist gives another one, or none.
  return Number.isNaN(scheduledAt) || recordKey(identity) !== key ? undefined : identity;
}

/** The record to be, under the checksum of the rows that it speaks of, so that no run takes another's. */
export function intentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.json`;
}

/** The changes to be, beside the record to be. */
export function changesIntentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.changes${CHANGES_SUFFIX}`;
}

/** The details to be, beside the record to be. */
export function detailsIntentKey(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${intentPrefix(identity, rowsSha256)}.details${DETAILS_SUFFIX}`;
}

function intentPrefix(identity: SnapshotIdentity, rowsSha256: string): string {
  return `${INTENTS_PREFIX}/${exportPartition(identity)}/${snapshotId(identity)}.${rowsSha256}`;
}

/** A run that may outlast an invocation. */
export interface RunIdentity extends SnapshotIdentity {
  /** 16 hexadecimal digits of its own. */
  readonly run: string;
}

/** The event that asked for the snapshot. */
export function eventKey(run: RunIdentity): string {
  return `${workPrefix(run)}.event.json`;
}

/** The state that an invocation takes up: its head, which is put last and names all else. */
export function stateKey(run: RunIdentity, invocation: number): string {
  return `${workPrefix(run)}.${invocation}.state`;
}

/**
 * A piece of the state that an invocation takes up.
 *
 * @param attempt which wrote it: two attempts never share a piece
 */
export function stateBlobKey(run: RunIdentity, invocation: number, attempt: number, index: number): string {
  return `${workPrefix(run)}.${invocation}.${attempt}.${index}.blob`;
}

/** Says that an attempt to go on with a run has begun. They are numbered over all its invocations; the newest one goes on. */
export function attemptKey(run: RunIdentity, attempt: number): string {
  return `${workPrefix(run)}.attempt-${attempt}`;
}

function workPrefix(run: RunIdentity): string {
  return `${WORK_PREFIX}/${exportPartition(run)}/${snapshotId(run)}.${run.run}`;
}

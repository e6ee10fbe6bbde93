import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../contract/columns.ts';
import type { Outcome } from '../contract/event.ts';
import { intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../contract/keys.ts';
import { OrphanedRowsError, StoreUnavailableError } from '../errors.ts';
import type { SnapshotStore, StandingSnapshot } from '../ports.ts';
import type { CompressedRows } from './gzip-rows.ts';

const NDJSON = 'application/x-ndjson';
const NDJSON_GZIP = 'application/gzip';
const JSON_TYPE = 'application/json';

/**
 * What of the snapshot stands already: its record when it does, or when its rows do and the record could be
 * written from their intent; `undefined` when there are no rows.
 */
export async function completeStanding(
  identity: SnapshotIdentity,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<StandingSnapshot | undefined> {
  const record = await store.readText(recordKey(identity), signal);
  if (record !== undefined) return stands(record, 'already-written');
  const rowsSha256 = await store.sha256(jobsKey(identity), signal);
  if (rowsSha256 === undefined) return undefined;

  const intent = await store.readText(intentKey(identity, rowsSha256), signal);
  if (intent === undefined) throw orphanedRows(identity, rowsSha256);
  return stands(intent, (await putRecord(identity, intent, store, signal)) ? 'recovered' : 'already-written');
}

/**
 * Puts intent, rows and record, in this order: rows that stand always have their intent, and a record its rows.
 * A run that lost the race to another takes what stands.
 */
export async function storeSnapshot(
  identity: SnapshotIdentity,
  rows: CompressedRows,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<StandingSnapshot> {
  const intent = await putIntent(identity, rows.sha256, record, store, signal);
  const key = jobsKey(identity);
  const isOurs = await store.putIfAbsent({ key, ...rows, contentType: NDJSON_GZIP }, signal);
  if (!isOurs && (await store.sha256(key, signal)) !== rows.sha256) {
    const standing = await completeStanding(identity, store, signal);
    if (standing === undefined) throw vanished(key);
    return standing;
  }
  const isNew = await putRecord(identity, intent, store, signal);
  if (isNew) return stands(intent, 'written');

  const standing = await store.readText(recordKey(identity), signal);
  if (standing === undefined) throw vanished(recordKey(identity));
  return stands(standing, standing === record ? 'written' : 'already-written');
}

/** The intent that stands for these rows: ours, or that of a run whose rows are the same to the byte, as empty ones. */
async function putIntent(
  identity: SnapshotIdentity,
  rowsSha256: string,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<string> {
  const key = intentKey(identity, rowsSha256);
  if (await store.putIfAbsent(textObject(key, record, JSON_TYPE), signal)) return record;
  const standing = await store.readText(key, signal);
  if (standing === undefined) throw vanished(key);
  return standing;
}

function putRecord(identity: SnapshotIdentity, record: string, store: SnapshotStore, signal: AbortSignal) {
  return store.putIfAbsent(textObject(recordKey(identity), record, NDJSON), signal);
}

function textObject(key: string, text: string, contentType: string) {
  const body = Buffer.from(text);
  return { key, body, sha256: createHash('sha256').update(body).digest('hex'), contentType };
}

function stands(record: string, outcome: Outcome): StandingSnapshot {
  return { record: JSON.parse(record) as SnapshotRecord, outcome };
}

function orphanedRows(identity: SnapshotIdentity, rowsSha256: string): OrphanedRowsError {
  return new OrphanedRowsError(
    `${jobsKey(identity)} stands without its record, and the intent ${intentKey(identity, rowsSha256)} that would ` +
      'complete it is gone: intents are kept for 7 days. Delete the object of rows, and run again with the same event ' +
      'to take the snapshot anew (as the fleet is then), or leave it: no query reads rows without a record',
  );
}

/** Nobody deletes here but a person or a lifecycle rule; the run is safe to repeat. */
function vanished(key: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `${key} was there and is gone: something deletes objects of the history while it is being written. ` +
      'Look for lifecycle rules and clean-up jobs on the bucket, then run again',
  );
}

import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../contract/columns.ts';
import type { Outcome } from '../contract/event.ts';
import { intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../contract/keys.ts';
import { DamagedRecordError, OrphanedRowsError, StoreUnavailableError } from '../errors.ts';
import type { RecordedSnapshot, SnapshotStore } from '../ports.ts';
import { COMPANIONS, type Companion, companionsOf } from './companions.ts';
import { newerColumns, parseRecord } from './parse-record.ts';
import { NDJSON_GZIP } from './rows-upload.ts';
import type { RowsObject } from './snapshot-objects.ts';
import { JSON_TYPE, textObject } from './text-object.ts';

const NDJSON = 'application/x-ndjson';

/** Bytes with their SHA-256, hex. */
interface Body {
  readonly body: Uint8Array;
  readonly sha256: string;
}

/** The optional objects of a snapshot besides its rows. */
export type CompanionObjects = { readonly [name in Companion['name']]?: Body | undefined };

/** The objects of a snapshot, without its record. */
export interface ObjectsToStore extends CompanionObjects {
  readonly rows: RowsObject;
}

/** The identity of a snapshot, and whether its request has details. */
export type RequestedSnapshot = SnapshotIdentity & { readonly details?: object };

/**
 * Returns the snapshot if its record exists. If its rows exist without the record, completes the snapshot from its intents.
 * Returns `undefined` if there are no rows.
 */
export async function completeExisting(
  identity: RequestedSnapshot,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<RecordedSnapshot | undefined> {
  const record = await store.readText(recordKey(identity), signal);
  if (record !== undefined) return recordedSnapshot(identity, record, 'already-written');
  // Companions are read before the rows, because another run puts them after the rows: so a run that puts them just now is not
  // mistaken for an error. A history that is older than this exporter refuses access to the prefix, and the run fails here,
  // before it lists.
  const existing = new Map<Companion, string | undefined>();
  for (const companion of companionsOf(identity)) {
    existing.set(companion, await store.sha256(companion.key(identity), signal));
  }
  const rowsSha256 = await store.sha256(jobsKey(identity), signal);
  if (rowsSha256 === undefined) {
    for (const [companion, sha256] of existing)
      if (sha256 !== undefined) throw foreignObjectError(companion.key(identity));
    return undefined;
  }

  const key = intentKey(identity, rowsSha256);
  const intent = await store.readText(key, signal);
  if (intent === undefined) throw orphanedRowsError(identity, key, 'is gone: intents are kept for 7 days');
  const intended = parseRecord(intent, identity, rowsSha256);
  if ('fault' in intended) throw orphanedRowsError(identity, key, `is damaged: it ${intended.fault}`);
  const [newer] = newerColumns(intended.record);
  if (newer !== undefined) throw newerIntentError(identity, key, intended.record, newer);
  for (const companion of COMPANIONS) {
    if ((existing.get(companion) ?? null) === companion.sha256(intended.record)) continue;
    await putIntended(companion, identity, intended.record, store, signal);
  }
  // If the record exists by now, an earlier attempt whose answer was lost may have put it. So the outcome is `recovered` either
  // way, or its metrics would be lost. A second data point does not change their statistics.
  await putRecord(identity, intent, store, signal);
  return { record: intended.record, outcome: 'recovered' };
}

/**
 * Puts the intents, rows, changes, details and record, in this order: rows that exist always have their intents, and a record
 * has all other objects. If another run was first, completes and returns its snapshot.
 */
export async function storeSnapshot(
  identity: RequestedSnapshot,
  { rows, ...companions }: ObjectsToStore,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<RecordedSnapshot> {
  // No other run has intents under these keys, because the bytes of the rows are unique to this run.
  for (const { name, intentKey: intended } of COMPANIONS) {
    const object = companions[name];
    if (object) await store.putIfAbsent(gzipObject(intended(identity, rows.sha256), object), signal);
  }
  await store.putIfAbsent(textObject(intentKey(identity, rows.sha256), record, JSON_TYPE), signal);
  const key = jobsKey(identity);
  const wasPut = await rows.put(store, key, signal);
  if (!wasPut && (await store.sha256(key, signal)) !== rows.sha256) {
    const existing = await completeExisting(identity, store, signal);
    if (existing === undefined) throw vanishedError(key);
    return existing;
  }
  await putCompanions(identity, companions, store, signal);
  const isNew = await putRecord(identity, record, store, signal);
  if (isNew) return recordedSnapshot(identity, record, 'written');

  const winner = await store.readText(recordKey(identity), signal);
  if (winner === undefined) throw vanishedError(recordKey(identity));
  // The record is this run's if the answer to an earlier attempt was lost.
  return recordedSnapshot(identity, winner, winner === record ? 'written' : 'already-written');
}

/**
 * Puts the record and the companions of a snapshot whose rows have expired. False if another record exists.
 *
 * The record is put first: without rows, only the record prevents another run from putting a record that does not match these
 * companions.
 */
export async function storeWithoutRows(
  identity: SnapshotIdentity,
  companions: CompanionObjects,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<boolean> {
  const isNew = await putRecord(identity, record, store, signal);
  if (!isNew && (await store.readText(recordKey(identity), signal)) !== record) return false;
  await putCompanions(identity, companions, store, signal);
  return true;
}

/** Puts a record; false if one exists. */
function putRecord(
  identity: SnapshotIdentity,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<boolean> {
  return store.putIfAbsent(textObject(recordKey(identity), record, NDJSON), signal);
}

/** Puts a companion from its intent. */
async function putIntended(
  companion: Companion,
  identity: SnapshotIdentity,
  record: SnapshotRecord,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<void> {
  const expected = companion.sha256(record);
  if (expected === null) throw foreignObjectError(companion.key(identity));
  const key = companion.intentKey(identity, record.object_sha256);
  const body = await store.readBytes(key, signal);
  if (body === undefined) throw orphanedRowsError(identity, key, 'is gone: intents are kept for 7 days');
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (sha256 !== expected) throw orphanedRowsError(identity, key, 'is damaged: it has another SHA-256');
  await putCompanions(identity, { [companion.name]: { body, sha256 } }, store, signal);
}

/** Puts companions. One that exists must be equal: another run that completes the same rows puts the same objects. */
async function putCompanions(
  identity: SnapshotIdentity,
  companions: CompanionObjects,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, key: keyOf } of COMPANIONS) {
    const object = companions[name];
    if (!object) continue;
    const key = keyOf(identity);
    if (await store.putIfAbsent(gzipObject(key, object), signal)) continue;
    if ((await store.sha256(key, signal)) !== object.sha256) throw foreignObjectError(key);
  }
}

function gzipObject(key: string, { body, sha256 }: Body) {
  return { key, body, sha256, contentType: NDJSON_GZIP };
}

function recordedSnapshot(identity: SnapshotIdentity, text: string, outcome: Outcome): RecordedSnapshot {
  const parsed = parseRecord(text, identity);
  if ('record' in parsed) return { ...parsed, outcome };
  throw new DamagedRecordError(
    `${recordKey(identity)} exists, but it is not the record of this snapshot: it ${parsed.fault}. Something other than ` +
      'the exporter wrote or damaged it. Delete it, and run again with the same event',
  );
}

function orphanedRowsError(identity: SnapshotIdentity, intent: string, what: string): OrphanedRowsError {
  return new OrphanedRowsError(
    `${jobsKey(identity)} exists without its record, and the intent ${intent} that would complete it ${what}. ` +
      `Delete the object of rows, and ${COMPANIONS.map(({ key }) => key(identity)).join(' and ')} where they are there, and run ` +
      'again with the same event to take the snapshot anew (as the fleet is then), or leave them: no query reads objects ' +
      'without a record',
  );
}

/** The error of an intent with unknown columns: they may name objects that this version would not put. */
function newerIntentError(
  identity: SnapshotIdentity,
  intent: string,
  { exporter_version }: SnapshotRecord,
  column: string,
): OrphanedRowsError {
  return new OrphanedRowsError(
    `${jobsKey(identity)} exists without its record, and the intent ${intent} that would complete it is of a newer exporter, ` +
      `${exporter_version}: it has "${column}", which this one does not know. Deploy that version again, and run again with ` +
      'the same event',
  );
}

function foreignObjectError(key: string): OrphanedRowsError {
  return new OrphanedRowsError(
    `${key} exists, and is not of this snapshot's rows: they were deleted, or something other than the exporter wrote it. ` +
      'Delete it, and run again with the same event',
  );
}

/** The error of an object that was deleted meanwhile, by a person or a lifecycle rule. The run is safe to repeat. */
function vanishedError(key: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `${key} was there and is gone: something deletes objects of the history while it is being written. ` +
      'Look for lifecycle rules and clean-up jobs on the bucket, then run again',
  );
}

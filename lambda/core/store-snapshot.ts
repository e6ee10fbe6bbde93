import { createHash } from 'node:crypto';
import type { Outcome } from '../contract/event.ts';
import { intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../contract/keys.ts';
import { DamagedRecordError, OrphanedRowsError, StoreUnavailableError } from '../errors.ts';
import type { SnapshotStore, StandingSnapshot } from '../ports.ts';
import type { CompressedRows } from './gzip-rows.ts';
import { parseRecord } from './parse-record.ts';

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
  if (record !== undefined) return existing(identity, record, 'already-written');
  const rowsSha256 = await store.sha256(jobsKey(identity), signal);
  if (rowsSha256 === undefined) return undefined;

  const intent = await store.readText(intentKey(identity, rowsSha256), signal);
  if (intent === undefined) throw orphanedRows(identity, rowsSha256, 'is gone: intents are kept for 7 days');
  const intended = parseRecord(intent, identity, rowsSha256);
  if ('fault' in intended) throw orphanedRows(identity, rowsSha256, `is damaged: it ${intended.fault}`);
  // Where the put is refused the record stands, perhaps by an attempt whose answer was lost. So it counts as recovered,
  // or its metrics would be lost; they use statistics that a second point does not change.
  await putRecord(identity, intent, store, signal);
  return { record: intended.record, outcome: 'recovered' };
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
  // No other run has an intent under this key, because the rows' bytes are this run's own.
  await store.putIfAbsent(textObject(intentKey(identity, rows.sha256), record, JSON_TYPE), signal);
  const key = jobsKey(identity);
  const isOurs = await store.putIfAbsent({ key, ...rows, contentType: NDJSON_GZIP }, signal);
  if (!isOurs && (await store.sha256(key, signal)) !== rows.sha256) {
    const standing = await completeStanding(identity, store, signal);
    if (standing === undefined) throw vanished(key);
    return standing;
  }
  const isNew = await putRecord(identity, record, store, signal);
  if (isNew) return existing(identity, record, 'written');

  const winner = await store.readText(recordKey(identity), signal);
  if (winner === undefined) throw vanished(recordKey(identity));
  // It is ours where the answer to an earlier attempt was lost.
  return existing(identity, winner, winner === record ? 'written' : 'already-written');
}

/** Puts a record alone, whose rows are there, or have expired. False where there is one. */
export function putRecord(
  identity: SnapshotIdentity,
  record: string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<boolean> {
  return store.putIfAbsent(textObject(recordKey(identity), record, NDJSON), signal);
}

function textObject(key: string, text: string, contentType: string) {
  const body = Buffer.from(text);
  return { key, body, sha256: createHash('sha256').update(body).digest('hex'), contentType };
}

function existing(identity: SnapshotIdentity, text: string, outcome: Outcome): StandingSnapshot {
  const parsed = parseRecord(text, identity);
  if ('record' in parsed) return { ...parsed, outcome };
  throw new DamagedRecordError(
    `${recordKey(identity)} exists, but it is not the record of this snapshot: it ${parsed.fault}. Something other than ` +
      'the exporter wrote or damaged it. Delete it, and run again with the same event',
  );
}

function orphanedRows(identity: SnapshotIdentity, rowsSha256: string, what: string): OrphanedRowsError {
  return new OrphanedRowsError(
    `${jobsKey(identity)} exists without its record, and the intent ${intentKey(identity, rowsSha256)} that would ` +
      `complete it ${what}. Delete the object of rows, and run again with the same event ` +
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

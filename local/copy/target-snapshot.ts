import { sha256OfStream } from '../../lambda/aws/sha256.ts';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { COMPANIONS } from '../../lambda/core/companions.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import { readStoredRecord, type StoredRecord } from './stored-record.ts';

/** State of a snapshot in the target. */
export type TargetState =
  /** Nothing, or an incomplete copy: it can be put. */
  | { readonly state: 'absent' }
  /** The same record, without rows, changes or details: they can be put, unless the rows have expired. */
  | { readonly state: 'recorded'; readonly lacksCompanions: boolean }
  /** The same bytes. */
  | { readonly state: 'same' }
  /** A complete snapshot of the same scheduled time with other bytes. */
  | { readonly state: 'other'; readonly record: SnapshotRecord }
  /** Rows of another run without a record, with the intent that completes them. */
  | { readonly state: 'unfinished' }
  /** Damage that no put can repair, since nothing is overwritten. */
  | { readonly state: 'damaged'; readonly problem: Problem };

/**
 * Determines the state of a snapshot in the target, without writing. Only keys of this snapshot are listed, because an
 * account may list only its own prefix in a hub's bucket.
 *
 * @throws an {@link ExporterError}: a failure for one object of the target is expected for the others, too
 */
export async function readTargetState(
  target: Archive,
  identity: SnapshotIdentity,
  source: StoredRecord,
): Promise<TargetState> {
  const rowsSha256 = await sha256In(target, jobsKey(identity));
  const key = recordKey(identity);
  if (!(await target.find(key))) return await withoutRecord(target, identity, rowsSha256, source.record);
  const existing = await readStoredRecord(await target.read(key), identity);
  if (!('text' in existing)) return damaged(key, `of the target ${existing.problems[0]}`);
  const { record } = existing;
  const companions = await companionsIn(target, identity, record);
  const objects = [{ key: jobsKey(identity), sha256: rowsSha256, expected: record.object_sha256 }, ...companions];
  const other = objects.find(({ sha256, expected }) => sha256 !== undefined && sha256 !== expected);
  if (other) return damaged(other.key, 'of the target is not as its record there says');
  const isSame = existing.text === source.text;
  const missing = objects.find(({ sha256, expected }) => sha256 !== expected);
  if (!missing) return isSame ? { state: 'same' } : { state: 'other', record };
  const lacksCompanions = companions.some(({ sha256, expected }) => sha256 !== expected);
  if (isSame) return { state: 'recorded', lacksCompanions };
  return damaged(missing.key, 'is not in the target, and its record is');
}

async function withoutRecord(
  target: Archive,
  identity: SnapshotIdentity,
  rowsSha256: string | undefined,
  record: SnapshotRecord,
): Promise<TargetState> {
  if (rowsSha256 === undefined || rowsSha256 === record.object_sha256) {
    const companions = await companionsIn(target, identity, record);
    const other = companions.find(({ sha256, expected }) => sha256 !== undefined && sha256 !== expected);
    return other ? damaged(other.key, UNRECORDED) : { state: 'absent' };
  }
  if (await target.find(intentKey(identity, rowsSha256))) return { state: 'unfinished' };
  return damaged(jobsKey(identity), UNRECORDED);
}

/** Checksums of changes and details in the target, as far as the record has them. */
async function companionsIn(target: Archive, identity: SnapshotIdentity, record: SnapshotRecord) {
  const found: { readonly key: string; readonly sha256: string | undefined; readonly expected: string }[] = [];
  for (const { key: keyOf, sha256: sha256Of } of COMPANIONS) {
    const expected = sha256Of(record);
    if (!expected) continue;
    const key = keyOf(identity);
    found.push({ key, sha256: await sha256In(target, key), expected });
  }
  return found;
}

/** Problem of rows, changes or details in the target without a record, which block a copy. */
export const UNRECORDED =
  'is in the target without a record, with other content, and nothing completes it: delete it there, then copy again';

function damaged(key: string, text: string): TargetState {
  return { state: 'damaged', problem: { key, text } };
}

async function sha256In(target: Archive, key: string): Promise<string | undefined> {
  if (!(await target.find(key))) return undefined;
  return (await target.storedSha256(key)) ?? (await sha256OfStream(await target.read(key)));
}

import { sha256OfStream } from '../../lambda/aws/sha256.ts';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { COMPANIONS } from '../../lambda/core/companions.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import { readStoredRecord, type StoredRecord } from './stored-record.ts';

/** What the target has of a snapshot. */
export type InTarget =
  /** Nothing, or the beginning of a copy: it can be put. */
  | { readonly state: 'absent' }
  /** The same record, without rows or what goes with them: they can be put, unless the rows have expired. */
  | { readonly state: 'recorded'; readonly lacksCompanions: boolean }
  /** The same bytes. */
  | { readonly state: 'same' }
  /** A whole snapshot of the same scheduled time with other bytes. */
  | { readonly state: 'other'; readonly record: SnapshotRecord }
  /** Rows of another run without a record, with the intent that completes them. */
  | { readonly state: 'unfinished' }
  /** What no put can mend, since nothing is overwritten. */
  | { readonly state: 'damaged'; readonly problem: Problem };

/**
 * Looks at a snapshot of the target, without writing. Only keys of this snapshot are listed: an account may list no more
 * of a hub's bucket than what is below its own prefix.
 *
 * @throws an {@link ExporterError}: what fails for one object of the target fails for the next, too
 */
export async function lookInTarget(
  target: Archive,
  identity: SnapshotIdentity,
  source: StoredRecord,
): Promise<InTarget> {
  const rowsSha256 = await sha256In(target, jobsKey(identity));
  const key = recordKey(identity);
  if (!(await target.find(key))) return await withoutRecord(target, identity, rowsSha256, source.record);
  const there = await readStoredRecord(await target.read(key), identity);
  if (!('text' in there)) return damaged(key, `of the target ${there.problems[0]}`);
  const { record } = there;
  const companions = await companionsIn(target, identity, record);
  const objects = [{ key: jobsKey(identity), sha256: rowsSha256, expected: record.object_sha256 }, ...companions];
  const other = objects.find(({ sha256, expected }) => sha256 !== undefined && sha256 !== expected);
  if (other) return damaged(other.key, 'of the target is not as its record there says');
  const isSame = there.text === source.text;
  const lacking = objects.find(({ sha256, expected }) => sha256 !== expected);
  if (!lacking) return isSame ? { state: 'same' } : { state: 'other', record };
  // What the record speaks of is at hand.
  const lacksCompanions = companions.some(({ sha256, expected }) => sha256 !== expected);
  if (isSame) return { state: 'recorded', lacksCompanions };
  return damaged(lacking.key, 'is not in the target, and its record is');
}

async function withoutRecord(
  target: Archive,
  identity: SnapshotIdentity,
  rowsSha256: string | undefined,
  record: SnapshotRecord,
): Promise<InTarget> {
  if (rowsSha256 === undefined || rowsSha256 === record.object_sha256) {
    const companions = await companionsIn(target, identity, record);
    const other = companions.find(({ sha256, expected }) => sha256 !== undefined && sha256 !== expected);
    return other ? damaged(other.key, UNRECORDED) : { state: 'absent' };
  }
  if (await target.find(intentKey(identity, rowsSha256))) return { state: 'unfinished' };
  return damaged(jobsKey(identity), UNRECORDED);
}

/** What the target has of the objects that a record names beside its rows. */
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

/** What to say of rows, changes or details in the target that are of no snapshot and in the way of one. */
export const UNRECORDED =
  'is in the target without a record, with other content, and nothing completes it: delete it there, then copy again';

function damaged(key: string, text: string): InTarget {
  return { state: 'damaged', problem: { key, text } };
}

async function sha256In(target: Archive, key: string): Promise<string | undefined> {
  if (!(await target.find(key))) return undefined;
  return (await target.storedSha256(key)) ?? (await sha256OfStream(await target.read(key)));
}

import { sha256OfStream } from '../../lambda/aws/sha256.ts';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { changesKey, intentKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import { readStoredRecord, type StoredRecord } from './stored-record.ts';

/** What the target has of a snapshot. */
export type InTarget =
  /** Nothing, or the beginning of a copy: it can be put. */
  | { readonly state: 'absent' }
  /** The same record, without rows or changes: they can be put, unless the rows have expired. */
  | { readonly state: 'recorded'; readonly lacksChanges: boolean }
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
  const changesSha256 = record.changes_sha256 ? await sha256In(target, changesKey(identity)) : undefined;
  const objects = [
    { key: jobsKey(identity), sha256: rowsSha256, expected: record.object_sha256 },
    { key: changesKey(identity), sha256: changesSha256, expected: record.changes_sha256 ?? undefined },
  ];
  const other = objects.find(({ sha256, expected }) => sha256 !== undefined && sha256 !== expected);
  if (other) return damaged(other.key, 'of the target is not as its record there says');
  const isSame = there.text === source.text;
  const lacking = objects.find(({ sha256, expected }) => sha256 !== expected);
  if (!lacking) return isSame ? { state: 'same' } : { state: 'other', record };
  // What the record speaks of is at hand.
  if (isSame) return { state: 'recorded', lacksChanges: changesSha256 !== (record.changes_sha256 ?? undefined) };
  return damaged(lacking.key, 'is not in the target, and its record is');
}

async function withoutRecord(
  target: Archive,
  identity: SnapshotIdentity,
  rowsSha256: string | undefined,
  record: SnapshotRecord,
): Promise<InTarget> {
  if (rowsSha256 === undefined || rowsSha256 === record.object_sha256) {
    const changes = record.changes_sha256 ? await sha256In(target, changesKey(identity)) : undefined;
    const isFree = changes === undefined || changes === record.changes_sha256;
    return isFree ? { state: 'absent' } : damaged(changesKey(identity), UNRECORDED);
  }
  if (await target.find(intentKey(identity, rowsSha256))) return { state: 'unfinished' };
  return damaged(jobsKey(identity), UNRECORDED);
}

/** What to say of rows or changes in the target that are of no snapshot and in the way of one. */
export const UNRECORDED =
  'is in the target without a record, with other content, and nothing completes it: delete it there, then copy again';

function damaged(key: string, text: string): InTarget {
  return { state: 'damaged', problem: { key, text } };
}

async function sha256In(target: Archive, key: string): Promise<string | undefined> {
  if (!(await target.find(key))) return undefined;
  return (await target.keptSha256(key)) ?? (await sha256OfStream(await target.read(key)));
}

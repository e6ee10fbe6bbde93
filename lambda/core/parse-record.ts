import { typeCheck, unknownFields } from '../contract/column-types.ts';
import { SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../contract/columns.ts';
import { jobsKey, type SnapshotIdentity, snapshotId } from '../contract/keys.ts';

/** Unknown columns are allowed, because a newer version may have written the record. They stay in it. */
const faultsOf = typeCheck(SNAPSHOTS_COLUMNS, true);

/** Values of the columns that records of older versions do not have. */
const ABSENT_COLUMNS = Object.fromEntries(
  SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column).map(({ name }) => [name, null]),
) as Partial<SnapshotRecord>;

/** Characters of a damaged text that a message shows, at most. */
const MAX_SHOWN = 60;

/** The record of a snapshot, or what is wrong with its text. */
export type ParsedRecord = { readonly record: SnapshotRecord } | { readonly fault: string };

/** Columns of a record that this version does not know. */
export function newerColumns(record: SnapshotRecord): string[] {
  return unknownFields(record, SNAPSHOTS_COLUMNS);
}

/**
 * Parses the record of a snapshot, written by this, an older or a newer version.
 *
 * @param rowsSha256 expected SHA-256 of the rows, hex; not checked if absent
 */
export function parseRecord(text: string, identity: SnapshotIdentity, rowsSha256?: string): ParsedRecord {
  if (text === '') return { fault: 'has zero bytes' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: `is not JSON; it begins with ${JSON.stringify(text.slice(0, MAX_SHOWN))}` };
  }
  const [fault] = faultsOf(value);
  if (fault !== undefined) return { fault };
  const record = { ...ABSENT_COLUMNS, ...(value as SnapshotRecord) };
  if (record.snapshot_id !== snapshotId(identity)) return { fault: `is of another snapshot, ${record.snapshot_id}` };
  if (record.object_key !== jobsKey(identity)) return { fault: `names other rows, ${record.object_key}` };
  if (record.object_sha256 !== (rowsSha256 ?? record.object_sha256)) return { fault: 'is of rows of another checksum' };
  return { record };
}

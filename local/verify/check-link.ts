import { SNAPSHOTS_COLUMNS, type SnapshotRecord, UNLINKED_REASONS } from '../../lambda/contract/columns.ts';
import { TARGET_SELECTIONS } from '../../lambda/contract/jobs.ts';
import { changesKey, detailsKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { parseSnapshotId } from './parse-key.ts';
import type { Problems } from './problems.ts';

/** Jobs that details_owed names at most. */
const MAX_OWED = 1000;

/** Columns that the records of older versions are without. */
const ADDED = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column).map(({ name }) => name);

/** Whether the version that wrote a record knew nothing of lines, changes and details. */
export function isOlder(record: SnapshotRecord): boolean {
  return !ADDED.some((name) => Object.hasOwn(record, name));
}

/** What the columns of a record say of the snapshot before, the changes and the details, as far as they speak of each other. */
export function checkLink(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  if (isOlder(record)) return;
  const absent = ADDED.filter((name) => !Object.hasOwn(record, name));
  if (absent.length > 0) {
    const them = absent.length === 1 ? 'it' : 'them';
    problems.add('version', `has no ${absent.join(', ')}, and columns that came with ${them}`);
    return;
  }
  const { target_selection, unlinked_reason, previous_snapshot_id } = record;
  if (target_selection !== null && !(TARGET_SELECTIONS as readonly string[]).includes(target_selection)) {
    problems.add('selection', `has target_selection ${target_selection}, which ListJobs does not take`);
  }
  if (unlinked_reason !== null && !(UNLINKED_REASONS as readonly string[]).includes(unlinked_reason)) {
    problems.add('reason', `has unlinked_reason ${unlinked_reason}, which must be ${UNLINKED_REASONS.join(', ')}`);
  }
  if ((previous_snapshot_id === null) === (unlinked_reason === null)) {
    const both = unlinked_reason === null ? 'neither previous_snapshot_id nor' : 'previous_snapshot_id and';
    problems.add('link', `has ${both} unlinked_reason: one of them must be there`);
  }
  if (previous_snapshot_id !== null) checkPrevious(previous_snapshot_id, identity, problems);
  checkChangesColumns(record, identity, problems);
  checkDetailsColumns(record, identity, problems);
}

function checkPrevious(previousId: string, identity: SnapshotIdentity, problems: Problems): void {
  const previous = parseSnapshotId(previousId, identity);
  if (!previous) problems.add('previous', `has previous_snapshot_id ${previousId}, which is no snapshot of its export`);
  else if (previous.scheduledAt >= identity.scheduledAt) {
    problems.add('previous', `has previous_snapshot_id ${previousId}, which is not before it`);
  }
}

/** Changes of a linked snapshot alone, and an object only where there are any. */
function checkChangesColumns(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  const { previous_snapshot_id, change_count, changes_key, changes_bytes, changes_sha256 } = record;
  if ((change_count === null) !== (previous_snapshot_id === null)) {
    const link =
      previous_snapshot_id === null ? 'no previous_snapshot_id' : `previous_snapshot_id ${previous_snapshot_id}`;
    problems.add('changes', `has change_count ${change_count}, and ${link}`);
  }
  const ofObject = { changes_key, changes_bytes, changes_sha256 };
  checkObjectColumns('changes', ofObject, { change_count }, changesKey(identity), problems);
}

/** Both numbers or none, whether there is a snapshot before or not, and an object only where a job was described. */
function checkDetailsColumns(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  const { detail_count, details_left_out, details_key, details_bytes, details_sha256 } = record;
  if ((detail_count === null) !== (details_left_out === null)) {
    problems.add('details', `has detail_count ${detail_count}, and details_left_out ${details_left_out}`);
  }
  checkLeftToNext(record, problems);
  const ofObject = { details_key, details_bytes, details_sha256 };
  checkObjectColumns('details', ofObject, { detail_count }, detailsKey(identity), problems);
}

/** What the next snapshot is to describe. */
function checkLeftToNext(record: SnapshotRecord, problems: Problems): void {
  const { detail_count, details_left_out, details_owed, details_turn } = record;
  if ((details_owed === null) !== (detail_count === null)) {
    const what = details_owed === null ? 'no details_owed' : 'details_owed';
    problems.add('owed', `has ${what}, and detail_count ${detail_count}`);
  }
  if (details_turn !== null && detail_count === null) {
    problems.add('turn', `has details_turn ${details_turn}, and detail_count null`);
  }
  const owed = details_owed ?? [];
  if (new Set(owed).size < owed.length) problems.add('owed', 'has a job twice in details_owed');
  if (owed.length > Math.min(details_left_out ?? 0, MAX_OWED)) {
    problems.add('owed', `has ${owed.length} jobs in details_owed, and details_left_out ${details_left_out}`);
  }
}

/** What a record says of an object is there where its count is above 0. */
function checkObjectColumns(
  what: 'changes' | 'details',
  columns: Readonly<Record<string, string | number | null>>,
  count: Readonly<Record<string, number | null>>,
  key: string,
  problems: Problems,
): void {
  const [[countName, rows]] = Object.entries(count) as [[string, number | null]];
  const isThere = rows !== null && rows > 0;
  for (const [name, value] of Object.entries(columns)) {
    if ((value !== null) !== isThere) problems.add(what, `has ${name} ${value}, and ${countName} ${rows}`);
  }
  const said = columns[`${what}_key`];
  if (said !== null && said !== key) problems.add('key', `has ${what}_key ${said}, and its own key says ${key}`);
}

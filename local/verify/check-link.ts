import { SNAPSHOTS_COLUMNS, type SnapshotRecord, UNLINKED_REASONS } from '../../lambda/contract/columns.ts';
import { TARGET_SELECTIONS } from '../../lambda/contract/jobs.ts';
import { changesKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { parseSnapshotId } from './parse-key.ts';
import type { Problems } from './problems.ts';

/** Columns that the records of older versions are without. */
const ADDED = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column).map(({ name }) => name);

/** Whether the version that wrote a record knew nothing of lines and changes. */
export function isOlder(record: SnapshotRecord): boolean {
  return !ADDED.some((name) => Object.hasOwn(record, name));
}

/** What the columns of a record say of the snapshot before and of the changes, as far as they speak of each other. */
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
  const ofObject = Object.entries({ changes_key, changes_bytes, changes_sha256 });
  const isThere = change_count !== null && change_count > 0;
  for (const [name, value] of ofObject) {
    if ((value !== null) !== isThere) problems.add('changes', `has ${name} ${value}, and change_count ${change_count}`);
  }
  const key = changesKey(identity);
  if (changes_key !== null && changes_key !== key) {
    problems.add('key', `has changes_key ${changes_key}, and its own key says ${key}`);
  }
}

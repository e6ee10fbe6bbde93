import { SNAPSHOTS_COLUMNS, type SnapshotRecord, UNLINKED_REASONS } from '../../lambda/contract/columns.ts';
import { TARGET_SELECTIONS } from '../../lambda/contract/jobs.ts';
import { changesKey, detailsKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { parseSnapshotId } from './parse-key.ts';
import type { Problems } from './problems.ts';

/** Maximum length of details_owed. */
const MAX_OWED = 1000;

/** Columns that records of older versions do not have. */
const ADDED_COLUMNS = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column).map(({ name }) => name);

/** Whether a version without lines, changes and details wrote the record. */
export function isOlder(record: SnapshotRecord): boolean {
  return !ADDED_COLUMNS.some((name) => Object.hasOwn(record, name));
}

/** Checks that the columns for predecessor, changes and details of a record are consistent with each other. */
export function checkLink(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  if (isOlder(record)) return;
  const absent = ADDED_COLUMNS.filter((name) => !Object.hasOwn(record, name));
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

/** Only a linked snapshot has changes; only changes have an object. */
function checkChangesColumns(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  const { previous_snapshot_id, change_count, changes_key, changes_bytes, changes_sha256 } = record;
  if ((change_count === null) !== (previous_snapshot_id === null)) {
    const link =
      previous_snapshot_id === null ? 'no previous_snapshot_id' : `previous_snapshot_id ${previous_snapshot_id}`;
    problems.add('changes', `has change_count ${change_count}, and ${link}`);
  }
  const objectColumns = { changes_key, changes_bytes, changes_sha256 };
  checkObjectColumns('changes', objectColumns, { change_count }, changesKey(identity), problems);
}

/** `detail_count` and `details_left_out` are both set or both null; an object exists only if a job was described. */
function checkDetailsColumns(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  const { detail_count, details_left_out, details_key, details_bytes, details_sha256 } = record;
  if ((detail_count === null) !== (details_left_out === null)) {
    problems.add('details', `has detail_count ${detail_count}, and details_left_out ${details_left_out}`);
  }
  checkNextDetailsColumns(record, problems);
  const objectColumns = { details_key, details_bytes, details_sha256 };
  checkObjectColumns('details', objectColumns, { detail_count }, detailsKey(identity), problems);
}

/** Columns for the jobs that the next snapshot is to describe. */
function checkNextDetailsColumns(record: SnapshotRecord, problems: Problems): void {
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

/** The columns of an object are set if and only if its count is above 0. */
function checkObjectColumns(
  what: 'changes' | 'details',
  columns: Readonly<Record<string, string | number | null>>,
  count: Readonly<Record<string, number | null>>,
  key: string,
  problems: Problems,
): void {
  const [[countName, rows]] = Object.entries(count) as [[string, number | null]];
  const mustBeSet = rows !== null && rows > 0;
  for (const [name, value] of Object.entries(columns)) {
    if ((value !== null) !== mustBeSet) problems.add(what, `has ${name} ${value}, and ${countName} ${rows}`);
  }
  const recorded = columns[`${what}_key`];
  if (recorded !== null && recorded !== key)
    problems.add('key', `has ${what}_key ${recorded}, and its own key says ${key}`);
}

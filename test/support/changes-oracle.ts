import type { ChangeRow, JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';

/** A complete snapshot, as a query sees it. */
export interface SeenSnapshot {
  readonly record: SnapshotRecord;
  readonly rows: readonly JobRow[];
  readonly changes: readonly ChangeRow[];
}

/**
 * Promise 8 of the data contract, by brute force over the rows of two snapshots: what the changes and the ages of the second
 * have to be. It shares no code with the exporter.
 *
 * @param before the snapshot that it names as the one before; `undefined` where it names none
 */
export function expectChangesAndAges(snapshot: SeenSnapshot, before: SeenSnapshot | undefined): void {
  const { record, rows, changes } = snapshot;
  expect(record.previous_snapshot_id).toBe(before?.record.snapshot_id ?? null);
  expect(record.unlinked_reason === null).toBe(before !== undefined);
  expect(rows.map(agesOf)).toEqual(rows.map((row) => expectedAges(row, record, before)));
  expect(record.change_count).toBe(before ? changes.length : null);
  expect(record.changes_key === null).toBe(changes.length === 0);
  if (before) expect(sorted(changes)).toEqual(sorted(expectedChanges(snapshot, before)));
}

const agesOf = ({ first_seen_at, status_since }: JobRow) => [first_seen_at, status_since];

/** `first_seen_at` and `status_since` that a row has to have. */
export function expectedAges(
  row: JobRow,
  { unlinked_reason }: Pick<SnapshotRecord, 'unlinked_reason'>,
  before: SeenSnapshot | undefined,
) {
  if (unlinked_reason === 'LATE' || idOf(row) === undefined) return [null, null];
  const was = before?.rows.find((other) => isSame(other, row));
  const first = was ? (was.first_seen_at ?? was.observed_at) : row.observed_at;
  const since = was && was.status === row.status ? (was.status_since ?? was.observed_at) : row.observed_at;
  return [first, since];
}

/** The changes that a snapshot has to have against the one before. */
export function expectedChanges(
  { record, rows }: Pick<SeenSnapshot, 'record' | 'rows'>,
  before: SeenSnapshot,
): ChangeRow[] {
  const hasId = (row: JobRow) => idOf(row) !== undefined;
  const ofSnapshots = {
    snapshot_id: record.snapshot_id,
    snapshot_at: record.snapshot_at,
    previous_snapshot_id: before.record.snapshot_id,
    previous_snapshot_at: before.record.snapshot_at,
  };
  const change = (last: JobRow, own: Pick<ChangeRow, 'change' | 'reason'>, was?: JobRow, is?: JobRow): ChangeRow => ({
    ...ofSnapshots,
    thing_group_name: last.thing_group_name,
    queried_thing_group_id: last.queried_thing_group_id,
    job_arn: last.job_arn,
    job_id: last.job_id,
    ...own,
    from_status: was?.status ?? null,
    from_since: was ? (was.status_since ?? was.observed_at) : null,
    from_seen_at: was?.observed_at ?? null,
    to_status: is?.status ?? null,
    to_seen_at: is?.observed_at ?? null,
    target_selection: last.target_selection,
    created_at: last.created_at,
    last_updated_at: last.last_updated_at,
    completed_at: last.completed_at,
  });
  const now = rows.filter(hasId).flatMap((is) => {
    const was = before.rows.find((row) => isSame(row, is));
    if (was === undefined)
      return change(is, { change: 'APPEARED', reason: whyAppeared(is, record, before.record) }, undefined, is);
    return was.status === is.status ? [] : change(is, { change: 'MOVED', reason: null }, was, is);
  });
  const gone = before.rows
    .filter((was) => hasId(was) && !rows.some((is) => isSame(was, is)))
    .map((was) => change(was, { change: 'VANISHED', reason: whyVanished(was, record, before.record) }, was));
  return [...now, ...gone];
}

/** What each status may have been before. */
const CAME_FROM: Readonly<Record<string, string[]>> = {
  SCHEDULED: ['IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED'],
  COMPLETED: ['SCHEDULED', 'IN_PROGRESS'],
  CANCELED: ['SCHEDULED', 'IN_PROGRESS'],
  DELETION_IN_PROGRESS: ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED'],
} satisfies Record<JobStatus, string[]>;

function whyAppeared(row: JobRow, now: SnapshotRecord, before: SnapshotRecord): ChangeRow['reason'] {
  const requested = statusesOf(row, before);
  const isKnown = row.status !== null && row.status in CAME_FROM;
  if (requested === 'missing' || requested.length === 0 || differ(now, before)) return 'NOT_ASKED_BEFORE';
  if (isKnown && !requested.includes(row.status as string)) return 'NOT_ASKED_BEFORE';
  if (row.created_at !== null && row.created_at >= before.started_at) return 'NEW';
  const notRequested = isKnown
    ? (CAME_FROM[row.status as string] ?? []).filter((status) => !requested.includes(status))
    : [];
  return notRequested.length > 0 ? 'MAY_HAVE_MOVED' : 'UNEXPLAINED';
}

function whyVanished(row: JobRow, now: SnapshotRecord, before: SnapshotRecord): ChangeRow['reason'] {
  const requested = statusesOf(row, now);
  if (requested === 'missing') return 'GROUP_MISSING';
  if (requested.length === 0 || differ(now, before)) return 'NOT_ASKED_NOW';
  if (row.status === null || !(row.status in CAME_FROM)) return 'GONE';
  if (!requested.includes(row.status)) return 'NOT_ASKED_NOW';
  const next = Object.keys(CAME_FROM).filter((status) => CAME_FROM[status]?.includes(row.status as string));
  return next.every((status) => requested.includes(status)) ? 'GONE' : 'MAY_HAVE_MOVED';
}

/** Statuses that a snapshot listed in the scope of a row. */
function statusesOf(row: JobRow, { listings }: SnapshotRecord): 'missing' | string[] {
  const ofScope = listings.filter((listing) => scopeOf(listing) === scopeOf(row));
  return ofScope.some(({ missing }) => missing === true) ? 'missing' : ofScope.map(({ status }) => status);
}

function differ(a: SnapshotRecord, b: SnapshotRecord): boolean {
  return (
    (a.target_selection ?? null) !== (b.target_selection ?? null) ||
    (a.namespace_id ?? null) !== (b.namespace_id ?? null)
  );
}

function isSame(a: JobRow, b: JobRow): boolean {
  const isOfOneTime = a.created_at === null || b.created_at === null || a.created_at === b.created_at;
  return idOf(a) !== undefined && idOf(a) === idOf(b) && scopeOf(a) === scopeOf(b) && isOfOneTime;
}

function idOf({ job_id, job_arn }: JobRow): string | undefined {
  return job_id || job_arn?.split('/')[1];
}

function scopeOf({
  thing_group_name,
  queried_thing_group_id,
}: Pick<JobRow, 'thing_group_name' | 'queried_thing_group_id'>) {
  return `${thing_group_name}|${queried_thing_group_id}`;
}

function sorted(changes: readonly ChangeRow[]): string[] {
  return changes.map((change) => JSON.stringify(change)).sort();
}

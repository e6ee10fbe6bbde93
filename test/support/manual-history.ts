import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ChangeRow, JobDetailsRow, JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { changesKey, detailsKey, jobsKey, recordKey, snapshotId } from '../../lambda/contract/keys.ts';
import type { MemoryObject } from './memory-archive.ts';
import { MINIMAL_RECORD } from './minimal-record.ts';

const FIRST = Date.parse('2026-11-23T00:00:00Z');
const HOUR = 3_600_000;

/** The snapshot of an hour of one day. */
export const identityOf = (hour: number) => ({
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: FIRST + hour * HOUR,
});
export const idOf = (hour: number) => snapshotId(identityOf(hour));

/** `2026-11-23 18:00:00.000`; minutes are added to the hour. */
export const at = (hour: number, minutes = 0) =>
  new Date(FIRST + hour * HOUR + minutes * 60_000).toISOString().slice(0, 23).replace('T', ' ');

export interface ManualSnapshot {
  readonly hour: number;
  /** Hour of the snapshot before. */
  readonly previous?: number;
  /** Why there is none. */
  readonly unlinked?: 'LATE' | 'FIRST' | 'UNREADABLE';
  /** Whether an older version wrote it. */
  readonly isOlder?: true;
  readonly statuses?: readonly string[];
  /** By name; account-wide without. */
  readonly groups?: readonly string[];
  /** Of these, those that are missing. */
  readonly missing?: readonly string[];
  readonly rows: readonly Partial<JobRow>[];
  readonly changes?: readonly Partial<ChangeRow>[];
  /** An empty list is no object. Absent: the export has no details. */
  readonly details?: readonly Partial<JobDetailsRow>[];
  readonly record?: Partial<SnapshotRecord>;
}

/** The objects of a snapshot, written without the exporter's code. */
export function manualSnapshot(snapshot: ManualSnapshot): ReadonlyMap<string, MemoryObject> {
  const { hour, previous, isOlder, rows: own, changes: ownChanges = [], details: ownDetails } = snapshot;
  const identity = identityOf(hour);
  const rows = own.map((row) => rowOf(snapshot, row));
  const changes = ownChanges.map((change) => changeOf(hour, previous ?? 0, change));
  const details = ownDetails?.map((row) => detailsOf(snapshot, row));
  const [rowsBody, changesBody, detailsBody] = [rows, changes, details ?? []].map((lines) =>
    gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
  ) as [Buffer, Buffer, Buffer];
  const hasChanges = changes.length > 0;
  const hasDetails = details !== undefined && details.length > 0;
  const record = {
    snapshot_id: snapshotId(identity),
    snapshot_at: at(hour),
    started_at: at(hour, 1),
    finished_at: at(hour, 3),
    job_count: rows.length,
    listings: listingsOf(snapshot, rows),
    object_key: jobsKey(identity),
    object_bytes: rowsBody.length,
    object_sha256: sha256(rowsBody),
    exporter_version: '0.0.0',
    ...(!isOlder && {
      ...MINIMAL_RECORD,
      previous_snapshot_id: previous === undefined ? null : idOf(previous),
      unlinked_reason: previous === undefined ? (snapshot.unlinked ?? 'FIRST') : null,
      change_count: previous === undefined ? null : changes.length,
      changes_key: hasChanges ? changesKey(identity) : null,
      changes_bytes: hasChanges ? changesBody.length : null,
      changes_sha256: hasChanges ? sha256(changesBody) : null,
      detail_count: details?.length ?? null,
      details_left_out: details ? 0 : null,
      details_key: hasDetails ? detailsKey(identity) : null,
      details_bytes: hasDetails ? detailsBody.length : null,
      details_sha256: hasDetails ? sha256(detailsBody) : null,
      details_owed: details ? [] : null,
    }),
    ...snapshot.record,
  };
  const object = (body: Buffer): MemoryObject => ({ body, modifiedAt: FIRST });
  return new Map([
    [jobsKey(identity), object(rowsBody)],
    ...(hasChanges ? [[changesKey(identity), object(changesBody)] as const] : []),
    ...(hasDetails ? [[detailsKey(identity), object(detailsBody)] as const] : []),
    [recordKey(identity), object(Buffer.from(`${JSON.stringify(record)}\n`))],
  ]);
}

function listingsOf(
  { statuses = JOB_STATUSES, groups, missing = [] }: ManualSnapshot,
  rows: readonly Partial<JobRow>[],
) {
  return (groups ?? [null]).flatMap((group) =>
    statuses.map((status, i) => ({
      thing_group_name: group,
      queried_thing_group_id: null,
      status,
      // A row with another status than the requested ones, or without one, counts for the first listing.
      job_count: rows.filter(
        (row) =>
          row.thing_group_name === group &&
          (row.status === status || (i === 0 && !statuses.includes(row.status as string))),
      ).length,
      missing: group !== null && missing.includes(group),
    })),
  );
}

function rowOf({ hour, isOlder, unlinked }: ManualSnapshot, row: Partial<JobRow>): Partial<JobRow> {
  const observed_at = row.observed_at ?? at(hour, 2);
  const age = unlinked === 'LATE' ? null : observed_at;
  return {
    snapshot_id: idOf(hour),
    snapshot_at: at(hour),
    observed_at,
    thing_group_name: null,
    queried_thing_group_id: null,
    namespace_id: null,
    job_arn: null,
    job_id: 'job',
    status: 'IN_PROGRESS',
    target_selection: null,
    thing_group_id: null,
    is_concurrent: null,
    created_at: '2026-01-01 00:00:00.000',
    last_updated_at: null,
    completed_at: null,
    ...(!isOlder && { first_seen_at: age, status_since: age }),
    ...row,
  };
}

function changeOf(hour: number, previous: number, change: Partial<ChangeRow>): ChangeRow {
  return {
    snapshot_id: idOf(hour),
    snapshot_at: at(hour),
    previous_snapshot_id: idOf(previous),
    previous_snapshot_at: at(previous),
    thing_group_name: null,
    queried_thing_group_id: null,
    job_arn: null,
    job_id: 'job',
    change: 'MOVED',
    reason: null,
    from_status: null,
    from_since: null,
    from_seen_at: null,
    to_status: null,
    to_seen_at: null,
    target_selection: null,
    created_at: '2026-01-01 00:00:00.000',
    last_updated_at: null,
    completed_at: null,
    ...change,
  };
}

/**
 * A job described in the minute after the rows were observed, for the first time with these counts, and in the snapshot before,
 * where there is one.
 */
function detailsOf({ hour, previous }: ManualSnapshot, row: Partial<JobDetailsRow>): JobDetailsRow {
  const described_at = row.described_at ?? at(hour, 3);
  return {
    snapshot_id: idOf(hour),
    snapshot_at: at(hour),
    described_at,
    job_arn: null,
    job_id: 'job',
    status: 'IN_PROGRESS',
    target_selection: 'SNAPSHOT',
    targets: ['arn:aws:iot:eu-west-1:123456789012:thinggroup/eu'],
    description: null,
    comment: null,
    reason_code: null,
    force_canceled: null,
    job_template_arn: null,
    destination_package_versions: null,
    created_at: '2026-01-01 00:00:00.000',
    last_updated_at: null,
    completed_at: null,
    is_concurrent: null,
    queued_things: 5,
    in_progress_things: 4,
    succeeded_things: 3,
    failed_things: 0,
    rejected_things: 0,
    timed_out_things: 0,
    removed_things: 0,
    canceled_things: 0,
    maximum_per_minute: null,
    abort_criteria: null,
    in_progress_timeout_minutes: null,
    scheduled_start_at: null,
    scheduled_end_at: null,
    end_behavior: null,
    progress_since: described_at,
    previous_described_at: previous === undefined ? null : at(previous, 3),
    previous_things_done: previous === undefined ? null : 3,
    ...row,
  };
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

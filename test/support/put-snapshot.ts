import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ChangeRow, ListingElement, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { changesKey, jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import type { MemoryStore } from './memory-store.ts';
import { MINIMAL_RECORD } from './minimal-record.ts';

/** A row of changes, but for what is given: a job that moved from IN_PROGRESS to COMPLETED, account-wide. */
function changeRow(row: Partial<ChangeRow>): ChangeRow {
  return {
    snapshot_id: '',
    snapshot_at: '2026-11-23 18:00:00.000',
    previous_snapshot_id: '',
    previous_snapshot_at: '2026-11-23 17:00:00.000',
    thing_group_name: null,
    queried_thing_group_id: null,
    job_arn: null,
    job_id: 'job-1',
    change: 'MOVED',
    reason: null,
    from_status: 'IN_PROGRESS',
    from_since: '2026-11-23 17:00:00.000',
    from_seen_at: '2026-11-23 17:00:00.000',
    to_status: 'COMPLETED',
    to_seen_at: '2026-11-23 18:00:00.000',
    target_selection: 'SNAPSHOT',
    created_at: '2026-11-20 00:00:00.000',
    last_updated_at: null,
    completed_at: null,
    ...row,
  };
}

/** An object of changes. */
export function changesObject(rows: readonly Partial<ChangeRow>[]): Buffer {
  return gzipSync(rows.map((row) => `${JSON.stringify(changeRow(row))}\n`).join(''));
}

export interface SnapshotToPut {
  /** Only what differs from a listing of COMPLETED, account-wide. */
  readonly listings?: readonly Partial<ListingElement>[];
  /** Its changes: an empty list is no object. Absent: it has no predecessor. */
  readonly changes?: readonly Partial<ChangeRow>[];
  /** What of the record is otherwise. */
  readonly record?: Partial<SnapshotRecord>;
}

/** Puts a snapshot's record and changes, without its rows. */
export function putSnapshot(
  store: MemoryStore,
  identity: SnapshotIdentity,
  { listings = [{}], changes, record: others }: SnapshotToPut,
): SnapshotRecord {
  const time = new Date(identity.scheduledAt).toISOString().replace('T', ' ').slice(0, 23);
  const object = changes && changes.length > 0 ? changesObject(changes) : undefined;
  const record: SnapshotRecord = {
    snapshot_id: snapshotId(identity),
    snapshot_at: time,
    started_at: time,
    finished_at: time,
    job_count: 0,
    listings: listings.map((listing) => ({
      thing_group_name: null,
      queried_thing_group_id: null,
      status: 'COMPLETED',
      job_count: 0,
      missing: false,
      ...listing,
    })),
    object_key: jobsKey(identity),
    object_bytes: 0,
    object_sha256: '',
    exporter_version: '0.0.0',
    ...MINIMAL_RECORD,
    change_count: changes?.length ?? null,
    changes_key: object ? changesKey(identity) : null,
    changes_bytes: object?.byteLength ?? null,
    changes_sha256: object ? createHash('sha256').update(object).digest('hex') : null,
    ...others,
  };
  if (object) store.objects.set(changesKey(identity), object);
  store.objects.set(recordKey(identity), Buffer.from(`${JSON.stringify(record)}\n`));
  return record;
}

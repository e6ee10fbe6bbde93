import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JobDetailsRow, SnapshotRecord, UnlinkedReason } from '../../lambda/contract/columns.ts';
import { detailsKey, jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { MINIMAL_RECORD } from './minimal-record.ts';

const PLACE = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' };
/** From the scheduled time until the first job is described, and from one to the next. */
const DESCRIBED_AFTER_MS = 90_000;
const EACH_MS = 200;

/** A snapshot as far as its details go: without jobs, as it is written down here and not as the exporter makes it. */
export interface Described extends Partial<SnapshotIdentity> {
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  /** Scheduled time of the snapshot before. */
  readonly previous?: number;
  /** Why there is none. @default FIRST */
  readonly unlinked?: UnlinkedReason;
  /** Only what differs from a job in progress of which nothing is done. Absent: its export has no details. */
  readonly details?: readonly Partial<JobDetailsRow>[];
  /** @default 0 */
  readonly leftOut?: number;
  /** @default none */
  readonly owed?: readonly string[];
  /** Whether its run died before it wrote the record. */
  readonly isDead?: true;
}

export interface DescribedObjects {
  readonly identity: SnapshotIdentity;
  readonly record: SnapshotRecord | undefined;
  readonly details: readonly JobDetailsRow[];
}

export function describedSnapshot(described: Described): DescribedObjects {
  const { previous, unlinked = 'FIRST', details: own, leftOut = 0, owed = [], isDead } = described;
  const identity = identityOf(described);
  const details = (own ?? []).map((row, i) => detailsRow(identity, i, row));
  const time = timestamp(identity.scheduledAt);
  const body = detailsObject(details);
  const hasObject = details.length > 0;
  const record: SnapshotRecord = {
    snapshot_id: snapshotId(identity),
    snapshot_at: time,
    started_at: time,
    finished_at: time,
    job_count: 0,
    // Every record has one, and the views of counts rest on that.
    listings: [
      { thing_group_name: null, queried_thing_group_id: null, status: 'IN_PROGRESS', job_count: 0, missing: false },
    ],
    object_key: jobsKey(identity),
    object_bytes: 0,
    object_sha256: '',
    exporter_version: '0.0.0',
    ...MINIMAL_RECORD,
    previous_snapshot_id: previous === undefined ? null : snapshotId({ ...identity, scheduledAt: previous }),
    unlinked_reason: previous === undefined ? unlinked : null,
    change_count: previous === undefined ? null : 0,
    detail_count: own ? details.length : null,
    details_left_out: own ? leftOut : null,
    details_key: hasObject ? detailsKey(identity) : null,
    details_bytes: hasObject ? body.length : null,
    details_sha256: hasObject ? createHash('sha256').update(body).digest('hex') : null,
    details_owed: own ? owed : null,
  };
  return { identity, record: isDead ? undefined : record, details };
}

/** Writes the details and the record below a directory. */
export function writeDescribed(directory: string, described: Described): void {
  const { identity, record, details } = describedSnapshot(described);
  const write = (key: string, body: string | Buffer) => {
    const path = join(directory, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  };
  if (details.length > 0) write(detailsKey(identity), detailsObject(details));
  if (record) write(recordKey(identity), `${JSON.stringify(record)}\n`);
}

function identityOf({ scheduledAt, accountId, region, exportName }: Described): SnapshotIdentity {
  return {
    accountId: accountId ?? PLACE.accountId,
    region: region ?? PLACE.region,
    exportName: exportName ?? PLACE.exportName,
    scheduledAt,
  };
}

/** The object of these rows. */
export function detailsObject(details: readonly JobDetailsRow[]): Buffer {
  return gzipSync(details.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/**
 * A row of details, but for what is given: a job in progress of which nothing is done.
 *
 * @param index of the job in its snapshot
 */
export function detailsRow(identity: SnapshotIdentity, index: number, row: Partial<JobDetailsRow>): JobDetailsRow {
  const described_at = row.described_at ?? timestamp(identity.scheduledAt + DESCRIBED_AFTER_MS + index * EACH_MS);
  const jobId = row.job_id ?? 'job';
  return {
    snapshot_id: snapshotId(identity),
    snapshot_at: timestamp(identity.scheduledAt),
    described_at,
    job_arn: `arn:aws:iot:${identity.region}:${identity.accountId}:job/${jobId}`,
    job_id: jobId,
    status: 'IN_PROGRESS',
    target_selection: 'SNAPSHOT',
    targets: [`arn:aws:iot:${identity.region}:${identity.accountId}:thinggroup/fleet`],
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
    queued_things: 100,
    in_progress_things: 0,
    succeeded_things: 0,
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
    previous_described_at: null,
    previous_things_done: null,
    ...row,
  };
}

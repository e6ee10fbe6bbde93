import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Column } from '../../lambda/contract/columns.ts';
import { JOBS_COLUMNS, SNAPSHOTS_COLUMNS } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { MemoryStore } from './memory-store.ts';

type Row = Readonly<Record<string, unknown>>;
type Rewrite = (row: Row, columns: readonly Column[]) => Row;

/** Rewrites a snapshot as the version before ages, changes and filters wrote it. */
export function asOldVersion(store: MemoryStore, snapshot: SnapshotIdentity): void {
  rewrite(store, snapshot, (row, columns) => {
    const absent = columns.filter(({ mayBeAbsent }) => mayBeAbsent).map(({ name }) => name);
    return Object.fromEntries(Object.entries(row).filter(([name]) => !absent.includes(name)));
  });
}

/** Rewrites a snapshot as a later version may write it: with columns more, in listings too. */
export function asNewerVersion(store: MemoryStore, snapshot: SnapshotIdentity): void {
  rewrite(store, snapshot, (row) => {
    const listings = (row.listings as Row[] | undefined)?.map((listing) => ({ ...listing, seen_twice: 0 }));
    return { ...row, ...(listings && { listings, exporter_version: '99.0.0' }), detail_count: 5 };
  });
}

function rewrite(store: MemoryStore, snapshot: SnapshotIdentity, change: Rewrite): void {
  const rows = store.rows(jobsKey(snapshot)).map((row) => line(change(row, JOBS_COLUMNS)));
  const body = gzipSync(rows.join(''));
  store.objects.set(jobsKey(snapshot), body);
  const record = {
    ...change(store.record(recordKey(snapshot)), SNAPSHOTS_COLUMNS),
    object_bytes: body.length,
    object_sha256: createHash('sha256').update(body).digest('hex'),
  };
  store.objects.set(recordKey(snapshot), Buffer.from(line(record)));
}

function line(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}

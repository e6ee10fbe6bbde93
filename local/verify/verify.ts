import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { JOBS_PREFIX, jobsKey, SNAPSHOTS_PREFIX, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { checkRecord, parseRecord } from './check-record.ts';
import { checkRows } from './check-rows.ts';
import { parseKey } from './parse-key.ts';

/** Snapshots looked at at the same time: a store answers several as fast as one. */
const CONCURRENCY = 8;

export interface Selection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  /** Whether to believe the store's checksum instead of reading the rows. */
  readonly isQuick?: boolean;
}

/** What was found of one snapshot, or of one object that is none's. */
export interface Finding {
  readonly key: string;
  /** Undefined for a key that is not of the data contract. */
  readonly identity?: SnapshotIdentity;
  /** Undefined where there is no record to say so. */
  readonly jobCount?: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Looks at every record and its object, and at objects without a record, one finding each. */
export async function* verify(archive: Archive, selection: Selection): AsyncIterable<Finding> {
  const rows = new Map<string, number>();
  for await (const { key, bytes } of archive.list(JOBS_PREFIX)) {
    const identity = parseKey(key);
    if (identity && isSelected(identity, selection)) rows.set(key, bytes);
    else if (!identity)
      yield { key, bytes, problems: ['not a key of the data contract: no table knows where it belongs'] };
  }
  const recorded = new Set<string>();
  const checks = Readable.from(records(archive, selection)).map(
    async (stored: StoredKey): Promise<Finding> => {
      const identity = parseKey(stored.key);
      if (!identity) return { ...stored, problems: ['not a key of the data contract'] };
      recorded.add(jobsKey(identity));
      return await checkSnapshot(archive, stored, identity, rows, selection);
    },
    { concurrency: CONCURRENCY },
  );
  yield* checks;
  for (const [key, bytes] of rows) {
    if (recorded.has(key)) continue;
    const identity = parseKey(key);
    yield { key, bytes, ...(identity && { identity }), problems: ['rows without a record: no query reads them'] };
  }
}

async function* records(archive: Archive, selection: Selection): AsyncIterable<StoredKey> {
  for await (const stored of archive.list(SNAPSHOTS_PREFIX)) {
    const identity = parseKey(stored.key);
    if (!identity || isSelected(identity, selection)) yield stored;
  }
}

function isSelected(
  { scheduledAt, exportName }: SnapshotIdentity,
  { from, to, exportName: wanted }: Selection,
): boolean {
  const dt = utcDate(scheduledAt);
  return (from ?? dt) <= dt && dt <= (to ?? dt) && (wanted ?? exportName) === exportName;
}

async function checkSnapshot(
  archive: Archive,
  { key }: StoredKey,
  identity: SnapshotIdentity,
  rows: ReadonlyMap<string, number>,
  { isQuick }: Selection,
): Promise<Finding> {
  const parsed = parseRecord(await text(Readable.from(await archive.read(key))));
  const objectKey = jobsKey(identity);
  const bytes = rows.get(objectKey);
  if ('problem' in parsed) return { key, identity, bytes: bytes ?? 0, problems: [parsed.problem] };
  const { record } = parsed;
  const problems = [...checkRecord(record, identity)];
  if (bytes === undefined) problems.push(`the object of its rows is not there: ${objectKey}`);
  else {
    const kept = await archive.keptSha256(objectKey);
    if (kept !== undefined && kept !== record.object_sha256) {
      problems.push(`the store's own SHA-256 is ${kept}, and the record says ${record.object_sha256}`);
    }
    if (!isQuick || kept === undefined) problems.push(...(await checkRows(await archive.read(objectKey), record)));
    else if (bytes !== record.object_bytes) problems.push(`${bytes} bytes, and the record says ${record.object_bytes}`);
  }
  return { key, identity, jobCount: record.job_count, bytes: bytes ?? 0, problems };
}

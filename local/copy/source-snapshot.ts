import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { CompressedRows } from '../../lambda/core/gzip-rows.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import { absenceProblem } from '../verify/expiry.ts';
import type { PatientReads } from '../verify/patient-reads.ts';
import { readRecord } from '../verify/read-record.ts';

/** A record, and its text as stored. */
export interface StoredRecord {
  readonly record: SnapshotRecord;
  readonly text: string;
}

/** When rows of the place that is copied expire. */
export interface Expiry {
  /** Days after which the bucket's lifecycle rule lets rows expire; absent where it does not. */
  readonly rowsExpireAfterDays?: number | undefined;
  /** The time of day, epoch milliseconds. */
  readonly now: () => number;
}

/** Snapshots of the place that is copied. What cannot be read, or does not verify, is a problem of that snapshot alone. */
export class SourceSnapshots {
  readonly #archive: Archive;
  readonly #reads: PatientReads;
  readonly #expiry: Expiry;

  constructor(archive: Archive, reads: PatientReads, expiry: Expiry) {
    this.#archive = archive;
    this.#reads = reads;
    this.#expiry = expiry;
  }

  async record(identity: SnapshotIdentity): Promise<StoredRecord | readonly Problem[]> {
    const key = recordKey(identity);
    const read = await this.#reads.of(async () => await readRecord(await this.#archive.read(key), identity));
    if (read.kind === 'failed') return [{ key, text: read.problem }];
    if (read.kind === 'absent') return [{ key, text: 'was deleted after it had been listed' }];
    const { record, problems } = read.value;
    if (record && problems.length === 0) return { record, text: textOf(record) };
    return problems.map((text) => ({ key, text }));
  }

  /** The rows as stored, if they are those of the record. */
  async rows(
    identity: SnapshotIdentity,
    record: SnapshotRecord,
  ): Promise<CompressedRows | 'expired' | readonly Problem[]> {
    const { rowsExpireAfterDays, now } = this.#expiry;
    const key = jobsKey(identity);
    const read = await this.#reads.of(async () => {
      const found = await this.#archive.find(key);
      if (!found) return { absence: absenceProblem(record.finished_at, now(), rowsExpireAfterDays) };
      // Also a bound of what is read into memory.
      if (found.bytes !== record.object_bytes) return otherSize(found.bytes, record);
      return await wholeRows(await this.#archive.read(key), record);
    });
    if (read.kind === 'failed') return [{ key, text: read.problem }];
    if (read.kind === 'absent') return [{ key, text: 'was deleted while it was being copied' }];
    if (typeof read.value === 'string') return [{ key, text: read.value }];
    if ('body' in read.value) return read.value;
    const { absence } = read.value;
    return absence === undefined ? 'expired' : [{ key, text: absence }];
  }
}

/** The one form of a record without problems: the check of records allows no other. */
export function textOf(record: SnapshotRecord): string {
  return `${JSON.stringify(record)}\n`;
}

async function wholeRows(body: AsyncIterable<Uint8Array>, record: SnapshotRecord): Promise<CompressedRows | string> {
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > record.object_bytes) break;
    chunks.push(chunk);
    hash.update(chunk);
  }
  if (bytes !== record.object_bytes) return otherSize(bytes, record);
  const sha256 = hash.digest('hex');
  if (sha256 !== record.object_sha256) return 'has another SHA-256 than its record says';
  return { body: Buffer.concat(chunks), sha256 };
}

function otherSize(bytes: number, record: SnapshotRecord): string {
  return `has ${bytes} bytes, and its record says ${record.object_bytes}`;
}

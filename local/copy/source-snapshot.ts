import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { COMPANIONS, type Companion } from '../../lambda/core/companions.ts';
import type { WholeObject } from '../../lambda/core/snapshot-objects.ts';
import type { Archive } from '../verify/archive.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import { missingRowsProblem } from '../verify/expiry.ts';
import type { RetryingReads } from '../verify/retrying-reads.ts';
import { readStoredRecord, type StoredRecord } from './stored-record.ts';

/** Expiry of rows in the source. */
export interface Expiry {
  /** Days after which the bucket's lifecycle rule expires rows; absent without such a rule. */
  readonly rowsExpireAfterDays?: number | undefined;
  /** Current time, epoch milliseconds. */
  readonly now: () => number;
}

/** The objects of a snapshot except its record, in memory. */
export interface SourceObjects {
  readonly rows: WholeObject | 'expired';
  /** Changes and details, by name. */
  readonly companions: { readonly [name in Companion['name']]?: WholeObject };
}

/** Size and checksum of an object in its record. */
interface Expected {
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** Reads snapshots of the source. A read or verification failure is a problem of that snapshot only. */
export class SourceSnapshots {
  readonly #archive: Archive;
  readonly #reads: RetryingReads;
  readonly #expiry: Expiry;

  constructor(archive: Archive, reads: RetryingReads, expiry: Expiry) {
    this.#archive = archive;
    this.#reads = reads;
    this.#expiry = expiry;
  }

  async record(identity: SnapshotIdentity): Promise<StoredRecord | readonly Problem[]> {
    const key = recordKey(identity);
    const read = await this.#reads.attempt(async () => await readStoredRecord(await this.#archive.read(key), identity));
    if (read.kind === 'failed') return [{ key, text: read.problem }];
    if (read.kind === 'absent') return [{ key, text: 'was deleted after it had been listed' }];
    if ('text' in read.value) return read.value;
    return read.value.problems.map((text) => ({ key, text }));
  }

  /** The stored rows, changes and details, if they match the record. */
  async objects(identity: SnapshotIdentity, record: SnapshotRecord): Promise<SourceObjects | readonly Problem[]> {
    const rows = await this.#rows(identity, record);
    const problems: Problem[] = [];
    if (isProblem(rows)) problems.push(rows);
    const companions: { [name in Companion['name']]?: WholeObject } = {};
    for (const companion of COMPANIONS) {
      const found = await this.#companion(companion, identity, record);
      if (isProblem(found)) problems.push(found);
      else if (found) companions[companion.name] = found;
    }
    return isProblem(rows) || problems.length > 0 ? problems : { rows, companions };
  }

  async #rows(identity: SnapshotIdentity, record: SnapshotRecord): Promise<WholeObject | 'expired' | Problem> {
    const { rowsExpireAfterDays, now } = this.#expiry;
    const expected = { bytes: record.object_bytes, sha256: record.object_sha256 };
    const found = await this.#whole(jobsKey(identity), expected);
    if (found !== undefined) return found;
    const text = missingRowsProblem(record.finished_at, now(), rowsExpireAfterDays);
    return text === undefined ? 'expired' : { key: jobsKey(identity), text };
  }

  /** Changes and details do not expire. `undefined` if the record has none. */
  async #companion(
    { name, key: keyOf, sha256: sha256Of }: Companion,
    identity: SnapshotIdentity,
    record: SnapshotRecord,
  ): Promise<WholeObject | Problem | undefined> {
    const sha256 = sha256Of(record);
    if (!sha256) return undefined;
    const key = keyOf(identity);
    const found = await this.#whole(key, { bytes: record[`${name}_bytes`], sha256 });
    return found ?? { key, text: 'is not there, and its record is: lost' };
  }

  /** `undefined` if the object does not exist. */
  async #whole(key: string, expected: Expected): Promise<WholeObject | Problem | undefined> {
    const read = await this.#reads.attempt(async () => {
      const found = await this.#archive.find(key);
      if (!found) return undefined;
      // This also limits what is read into memory.
      if (found.bytes !== expected.bytes) return otherSize(found.bytes, expected);
      return await wholeBody(await this.#archive.read(key), expected);
    });
    if (read.kind === 'failed') return { key, text: read.problem };
    if (read.kind === 'absent') return { key, text: 'was deleted while it was being copied' };
    return typeof read.value === 'string' ? { key, text: read.value } : read.value;
  }
}

function isProblem(found: WholeObject | Problem | 'expired' | undefined): found is Problem {
  return typeof found === 'object' && 'text' in found;
}

async function wholeBody(body: AsyncIterable<Uint8Array>, expected: Expected): Promise<WholeObject | string> {
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > (expected.bytes ?? 0)) break;
    chunks.push(chunk);
    hash.update(chunk);
  }
  if (bytes !== expected.bytes) return otherSize(bytes, expected);
  const sha256 = hash.digest('hex');
  if (sha256 !== expected.sha256) return 'has another SHA-256 than its record says';
  return { body: Buffer.concat(chunks), sha256 };
}

function otherSize(bytes: number, expected: Expected): string {
  return `has ${bytes} bytes, and its record says ${expected.bytes}`;
}

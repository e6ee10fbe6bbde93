import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { checkRows } from './check-rows.ts';
import { absenceProblem } from './expiry.ts';
import type { PatientReads } from './patient-reads.ts';
import { readRecord } from './read-record.ts';

/**
 * Rows without a record that are younger may be those of a run that is under way. A run puts its record moments after its
 * rows; one that died between is completed by a retry, and Lambda's two retries with 15 minutes each and 3 minutes of
 * waiting take less than an hour. Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with
 * asynchronous invocation".
 */
const UNDER_WAY_MS = 3_600_000;
/**
 * Rows of an earlier scheduled time are not of a run that is under way: an event waits for 6 hours at most. A copy of a
 * history has files that are all young.
 */
const UNDER_WAY_SCHEDULED_MS = 24 * 3_600_000;

export interface Problem {
  /** Key of the object that it is about. Where two objects of a snapshot disagree either may be the damaged one. */
  readonly key: string;
  /** In words that follow the key. */
  readonly text: string;
}

/** What was found of one snapshot, or of one object that is none's. */
export interface Finding {
  readonly key: string;
  /** Absent for a key that is not of the data contract. */
  readonly identity?: SnapshotIdentity;
  /** Absent where there is no record to say so. */
  readonly jobCount?: number;
  /** Size of the rows as stored; of a key that is not of the data contract, its own. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** Whether there are young rows without a record. */
  readonly isUnderWay?: true;
  /** Whether the rows are gone, and old enough to have expired. */
  readonly haveRowsExpired?: true;
}

/** What was found of the rows of a snapshot. */
interface FoundRows {
  readonly bytes: number;
  readonly problems: readonly Problem[];
  readonly haveExpired?: true;
}

export interface SnapshotCheckProps {
  readonly archive: Archive;
  readonly reads: PatientReads;
  /** The objects of rows that a listing showed. */
  readonly rows: ReadonlyMap<string, StoredKey>;
  /** Whether to believe the store's checksum instead of reading the rows. */
  readonly isQuick: boolean;
  /** Days after which the bucket's lifecycle rule lets rows expire; absent where it does not. */
  readonly rowsExpireAfterDays?: number | undefined;
  readonly now: () => number;
}

/** Checks snapshots one by one. */
export class SnapshotCheck {
  readonly #props: SnapshotCheckProps;

  constructor(props: SnapshotCheckProps) {
    this.#props = props;
  }

  /** A snapshot whose record was listed. */
  async record(identity: SnapshotIdentity): Promise<Finding> {
    const { archive, reads } = this.#props;
    const key = recordKey(identity);
    const read = await reads.of(async () => await readRecord(await archive.read(key), identity));
    if (read.kind !== 'value') {
      const text = read.kind === 'failed' ? read.problem : 'was deleted after it had been listed';
      const ofRows = await this.#rows(identity, undefined);
      return { key, identity, bytes: ofRows.bytes, problems: [{ key, text }, ...ofRows.problems] };
    }
    const { record, problems } = read.value;
    const ofRows = await this.#rows(identity, record);
    return {
      key,
      identity,
      ...(record && { jobCount: record.job_count }),
      bytes: ofRows.bytes,
      problems: [...problems.map((text) => ({ key, text })), ...ofRows.problems],
      ...(ofRows.haveExpired && { haveRowsExpired: true as const }),
    };
  }

  /** Rows whose record was not listed. `undefined` for rows that are gone again. */
  async orphan({ key, bytes, modifiedAt }: StoredKey, identity: SnapshotIdentity): Promise<Finding | undefined> {
    const { archive, reads, now } = this.#props;
    const record = await reads.of(() => archive.find(recordKey(identity)));
    const rows = await reads.of(() => archive.find(key));
    if (record.kind === 'failed') {
      return { key, identity, bytes, problems: [{ key: recordKey(identity), text: record.problem }] };
    }
    if (record.kind === 'value' && record.value) return await this.record(identity);
    if (rows.kind === 'value' && !rows.value) return undefined;
    const isRecent = now() - identity.scheduledAt < UNDER_WAY_SCHEDULED_MS;
    if (isRecent && modifiedAt !== undefined && now() - modifiedAt < UNDER_WAY_MS) {
      return { key, identity, bytes, problems: [], isUnderWay: true };
    }
    return { key, identity, bytes, problems: [{ key, text: 'has no record: no query reads these rows' }] };
  }

  async #rows(identity: SnapshotIdentity, record: SnapshotRecord | undefined): Promise<FoundRows> {
    const { archive, reads, rows, rowsExpireAfterDays, now } = this.#props;
    const key = jobsKey(identity);
    const listed = rows.get(key);
    // Rows are listed before records, so those of a new record may not have been there.
    const read = await reads.of(async () => {
      const found = listed ?? (await archive.find(key));
      return found && { bytes: found.bytes, texts: await this.#problemsOfRows(found, identity, record) };
    });
    const problem = (text: string) => ({ key, text });
    if (read.kind === 'failed') return { bytes: listed?.bytes ?? 0, problems: [problem(read.problem)] };
    if (read.kind === 'absent' || !read.value) {
      // Without a record nothing says when the rows were put.
      const text = record
        ? absenceProblem(record.finished_at, now(), rowsExpireAfterDays)
        : 'is not there, and its record cannot be read';
      if (text === undefined) return { bytes: 0, problems: [], haveExpired: true };
      return { bytes: 0, problems: [problem(listed ? 'was deleted after it had been listed' : text)] };
    }
    return { bytes: read.value.bytes, problems: read.value.texts.map(problem) };
  }

  async #problemsOfRows(
    { key, bytes }: StoredKey,
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
  ): Promise<readonly string[]> {
    const { archive, isQuick } = this.#props;
    const kept = isQuick && record ? await archive.keptSha256(key) : undefined;
    if (kept === undefined || !record) return await checkRows(await archive.read(key), identity, record);
    const problems: string[] = [];
    if (bytes !== record.object_bytes) problems.push(`has ${bytes} bytes, and its record says ${record.object_bytes}`);
    if (kept !== record.object_sha256) {
      problems.push(`has the SHA-256 ${kept} in the store, and its record says ${record.object_sha256}`);
    }
    return problems;
  }
}

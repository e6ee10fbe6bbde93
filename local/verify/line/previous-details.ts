import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { detailsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../archive.ts';
import type { Bodies } from '../bodies.ts';
import { checkDetails, recordedDetails } from '../check-details.ts';
import { DescribedJobs } from '../described-jobs.ts';
import { parseSnapshotId } from '../parse-key.ts';
import { readRecord } from '../read-record.ts';
import type { RetryingReads } from '../retrying-reads.ts';
import type { PreviousProgress } from './progress.ts';

export interface PreviousDetailsReaderProps {
  readonly archive: Archive;
  readonly reads: RetryingReads;
  readonly bodies: Bodies;
  /** Listed objects of details, by key. */
  readonly details?: ReadonlyMap<string, StoredKey>;
}

/** What the details of a snapshot are compared with. */
export interface PreviousDetails {
  readonly progress: PreviousProgress;
  /** `details_turn` of the predecessor; `undefined` if its record cannot be read. */
  readonly turn: string | null | undefined;
}

/** Provides the details of the predecessor. They are kept from the last check, or read again. */
export class PreviousDetailsReader {
  readonly #props: PreviousDetailsReaderProps;
  #kept: { readonly key: string; readonly details: PreviousDetails } | undefined;

  constructor(props: PreviousDetailsReaderProps) {
    this.#props = props;
  }

  async previousTo(identity: SnapshotIdentity, record: SnapshotRecord): Promise<PreviousDetails> {
    const previous = parseSnapshotId(record.previous_snapshot_id ?? '', identity);
    if (!previous) return { turn: null, progress: { kind: record.unlinked_reason === 'LATE' ? 'late' : 'none' } };
    const key = recordKey(previous);
    if (this.#kept?.key !== key) this.#kept = { key, details: await this.#read(previous) };
    return this.#kept.details;
  }

  /** Keeps the details of a snapshot for the next one of its line. */
  keep(identity: SnapshotIdentity, record: SnapshotRecord, described: DescribedJobs): void {
    this.#kept = { key: recordKey(identity), details: previousDetailsOf(identity, record, described) };
  }

  async #read(identity: SnapshotIdentity): Promise<PreviousDetails> {
    const { archive, reads, bodies, details } = this.#props;
    const id = snapshotId(identity);
    const lost = (reason: string) => ({ turn: undefined, progress: { kind: 'lost' as const, reason } });
    const read = await reads.attempt(async () => await readRecord(await archive.read(recordKey(identity)), identity));
    if (read.kind === 'absent') return lost(`there is no record of ${id}`);
    const record = read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    if (!record) return lost(`the record of ${id} cannot be read`);
    const described = new DescribedJobs();
    if (recordedDetails(record)) {
      const key = detailsKey(identity);
      const fetched = await bodies.fetch(key, details?.get(key), false);
      if (fetched.kind === 'value') {
        await bodies.read(fetched.value, (body) => checkDetails(body, identity, record, described));
      }
    }
    return previousDetailsOf(identity, record, described);
  }
}

function previousDetailsOf(
  identity: SnapshotIdentity,
  record: SnapshotRecord,
  described: DescribedJobs,
): PreviousDetails {
  const turn = record.details_turn ?? null;
  if (!recordedDetails(record)) return { turn, progress: { kind: 'none' } };
  if (described.isComplete) return { turn, progress: { kind: 'jobs', jobs: described.jobs } };
  const reason = `the details of ${snapshotId(identity)} are not there, or are damaged`;
  return { turn, progress: { kind: 'lost', reason } };
}

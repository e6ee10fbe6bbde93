import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { detailsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../archive.ts';
import type { Bodies } from '../bodies.ts';
import { checkDetails, saidOfDetails } from '../check-details.ts';
import { DescribedJobs } from '../described-jobs.ts';
import { parseSnapshotId } from '../parse-key.ts';
import type { PatientReads } from '../patient-reads.ts';
import { readRecord } from '../read-record.ts';
import type { ProgressBefore } from './progress.ts';

export interface DetailsOfLineProps {
  readonly archive: Archive;
  readonly reads: PatientReads;
  readonly bodies: Bodies;
  /** The objects of details that a listing showed. */
  readonly details?: ReadonlyMap<string, StoredKey>;
}

/** What the snapshot before says of details. */
export interface DetailsBefore {
  readonly progress: ProgressBefore;
  /** Its `details_turn`; `undefined` where its record cannot be read. */
  readonly turn: string | null | undefined;
}

/** The details of the snapshot before: at hand from the last one for whoever goes along a line, else read again. */
export class DetailsOfLine {
  readonly #props: DetailsOfLineProps;
  #known: { readonly key: string; readonly before: DetailsBefore } | undefined;

  constructor(props: DetailsOfLineProps) {
    this.#props = props;
  }

  /** What the details of a snapshot follow from. */
  async before(identity: SnapshotIdentity, record: SnapshotRecord): Promise<DetailsBefore> {
    const previous = parseSnapshotId(record.previous_snapshot_id ?? '', identity);
    if (!previous) return { turn: null, progress: { kind: record.unlinked_reason === 'LATE' ? 'late' : 'none' } };
    const key = recordKey(previous);
    if (this.#known?.key !== key) this.#known = { key, before: await this.#read(previous) };
    return this.#known.before;
  }

  /** What was looked at is at hand for the next one. */
  turn(identity: SnapshotIdentity, record: SnapshotRecord, described: DescribedJobs): void {
    this.#known = { key: recordKey(identity), before: beforeOf(identity, record, described) };
  }

  async #read(identity: SnapshotIdentity): Promise<DetailsBefore> {
    const { archive, reads, bodies, details } = this.#props;
    const id = snapshotId(identity);
    const lost = (reason: string) => ({ turn: undefined, progress: { kind: 'lost' as const, reason } });
    const read = await reads.of(async () => await readRecord(await archive.read(recordKey(identity)), identity));
    if (read.kind === 'absent') return lost(`there is no record of ${id}`);
    const record = read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    if (!record) return lost(`the record of ${id} cannot be read`);
    const described = new DescribedJobs();
    if (saidOfDetails(record)) {
      const key = detailsKey(identity);
      const brought = await bodies.bring(key, details?.get(key), false);
      if (brought.kind === 'value') {
        await bodies.take(brought.value, (body) => checkDetails(body, identity, record, described));
      }
    }
    return beforeOf(identity, record, described);
  }
}

function beforeOf(identity: SnapshotIdentity, record: SnapshotRecord, described: DescribedJobs): DetailsBefore {
  const turn = record.details_turn ?? null;
  if (!saidOfDetails(record)) return { turn, progress: { kind: 'none' } };
  if (described.areRead) return { turn, progress: { kind: 'jobs', jobs: described.jobs } };
  const reason = `the details of ${snapshotId(identity)} are not there, or are damaged`;
  return { turn, progress: { kind: 'lost', reason } };
}

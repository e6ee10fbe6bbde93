import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { detailsKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import type { Fetched } from './bodies.ts';
import { checkDetails, recordedDetails } from './check-details.ts';
import { DescribedJobs } from './described-jobs.ts';
import type { Break } from './line/line.ts';
import { PreviousDetailsReader, type PreviousDetailsReaderProps } from './line/previous-details.ts';
import { checkProgress } from './line/progress.ts';
import type { Read } from './retrying-reads.ts';
import { checkObject, DELETED, type FoundObject, MISSING, UNEXPECTED } from './stored-object.ts';

/** Result of the check of the details of a snapshot. */
export interface FoundDetails extends FoundObject {
  /** The described jobs, for the comparison with the rows. */
  readonly described: DescribedJobs;
  readonly breaks?: readonly Break[];
  /** Why they were not compared with the details of the predecessor. */
  readonly notCompared?: string;
  /** `details_turn` of the predecessor; `undefined` if it is not known. */
  readonly previousTurn?: string | null | undefined;
}

/** Checks the details of snapshots, without their rows. */
export class StoredDetailsCheck {
  readonly #props: PreviousDetailsReaderProps;
  readonly #previousDetails: PreviousDetailsReader;

  constructor(props: PreviousDetailsReaderProps) {
    this.#props = props;
    this.#previousDetails = new PreviousDetailsReader(props);
  }

  /** @param compared the record, to compare with the details of the predecessor; else `undefined` */
  async check(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    fetched: Read<Fetched>,
    compared?: SnapshotRecord,
  ): Promise<FoundDetails> {
    const { bodies, details } = this.#props;
    const key = detailsKey(identity);
    const described = new DescribedJobs();
    const found = await checkObject(bodies, key, recordedDetails(record), fetched, (body) =>
      checkDetails(body, identity, record, described),
    );
    const comparison = compared && (await this.#compare(identity, compared, described));
    const isRecorded = record?.details_key != null;
    if (!found) {
      const text = details?.has(key) ? DELETED : MISSING;
      return {
        previousTurn: comparison?.previousTurn,
        bytes: 0,
        problems: isRecorded ? [{ key, text }] : [],
        described,
      };
    }
    const problems = [...found.problems, ...(comparison?.problems ?? []).map((text) => ({ key, text }))];
    if (!record || isRecorded) return { ...comparison, bytes: found.bytes, problems, described };
    const unexpected = { key, text: UNEXPECTED };
    return { bytes: found.bytes, problems: [...problems, unexpected], described: new DescribedJobs() };
  }

  /** Compares the columns about the predecessor with its details. */
  async #compare(identity: SnapshotIdentity, record: SnapshotRecord, described: DescribedJobs) {
    const previous = record.detail_count == null ? undefined : await this.#previousDetails.previousTo(identity, record);
    this.#previousDetails.keep(identity, record, described);
    if (!previous) return undefined;
    const { turn: previousTurn, progress } = previous;
    if (!described.isComplete || !recordedDetails(record)) return { previousTurn, problems: [] };
    const { problems, isUnknown } = checkProgress(described, progress);
    const text = `the details of ${snapshotId(identity)} do not say since when jobs have made no progress, nor how fast they are: the details before could not be read`;
    return {
      previousTurn,
      problems,
      ...(isUnknown && { breaks: [{ kind: 'gap' as const, text }] }),
      ...(progress.kind === 'lost' && { notCompared: progress.reason }),
    };
  }
}

import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { detailsKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import type { Brought } from './bodies.ts';
import { checkDetails, saidOfDetails } from './check-details.ts';
import { DescribedJobs } from './described-jobs.ts';
import { DetailsOfLine, type DetailsOfLineProps } from './line/details-of-line.ts';
import type { Break } from './line/line.ts';
import { checkProgress } from './line/progress.ts';
import type { Read } from './patient-reads.ts';
import { checkObject, DELETED, type FoundObject, SAID_TO_BE, SAID_TO_BE_NONE } from './stored-object.ts';

/** What was found of the details of a snapshot. */
export interface FoundDetails extends FoundObject {
  /** The jobs in them, to be held to the rows. */
  readonly described: DescribedJobs;
  readonly breaks?: readonly Break[];
  /** Why they were not held to the details of the snapshot before. */
  readonly notCompared?: string;
  /** `details_turn` of the snapshot before; `undefined` where it is not known. */
  readonly turnBefore?: string | null | undefined;
}

/** Checks the details of snapshots, whatever their rows are. */
export class DetailsCheck {
  readonly #props: DetailsOfLineProps;
  readonly #ofLine: DetailsOfLine;

  constructor(props: DetailsOfLineProps) {
    this.#props = props;
    this.#ofLine = new DetailsOfLine(props);
  }

  /** @param compared the record, where they are held to the details of the snapshot before, too */
  async check(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    brought: Read<Brought>,
    compared?: SnapshotRecord,
  ): Promise<FoundDetails> {
    const { bodies, details } = this.#props;
    const key = detailsKey(identity);
    const described = new DescribedJobs();
    const found = await checkObject(bodies, key, saidOfDetails(record), brought, (body) =>
      checkDetails(body, identity, record, described),
    );
    const ofLine = compared && (await this.#compare(identity, compared, described));
    const isSaidToBe = record?.details_key != null;
    if (!found) {
      const text = details?.has(key) ? DELETED : SAID_TO_BE;
      return { turnBefore: ofLine?.turnBefore, bytes: 0, problems: isSaidToBe ? [{ key, text }] : [], described };
    }
    const problems = [...found.problems, ...(ofLine?.problems ?? []).map((text) => ({ key, text }))];
    if (!record || isSaidToBe) return { ...ofLine, bytes: found.bytes, problems, described };
    const isForeign = { key, text: SAID_TO_BE_NONE };
    return { bytes: found.bytes, problems: [...problems, isForeign], described: new DescribedJobs() };
  }

  /** Holds what they say of the snapshot before to its details. */
  async #compare(identity: SnapshotIdentity, record: SnapshotRecord, described: DescribedJobs) {
    const before = record.detail_count == null ? undefined : await this.#ofLine.before(identity, record);
    this.#ofLine.turn(identity, record, described);
    if (!before) return undefined;
    const { turn: turnBefore, progress } = before;
    if (!described.areRead || !saidOfDetails(record)) return { turnBefore, problems: [] };
    const { problems, isUnknown } = checkProgress(described, progress);
    const text = `the details of ${snapshotId(identity)} say of no job since when it stands, nor how fast it is: those before could not be read`;
    return {
      turnBefore,
      problems,
      ...(isUnknown && { breaks: [{ kind: 'gap' as const, text }] }),
      ...(progress.kind === 'lost' && { notCompared: progress.reason }),
    };
  }
}

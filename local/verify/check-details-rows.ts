import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { STATUSES_BEFORE_THE_END } from '../../lambda/contract/details.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import type { RowConsumer } from './check-rows.ts';
import type { DescribedJobs } from './described-jobs.ts';
import { epochMs } from './epoch.ts';
import { Problems } from './problems.ts';

/** ListJobs and DescribeJob may return `createdAt` with different fractions of a second. */
const SAME_CREATION_MS = 1000;

/**
 * Checks the details of a snapshot, and the columns of its record about them, against its rows. Every job that they
 * name must be in the rows, in one scope or several.
 */
export class DetailsRowsCheck implements RowConsumer {
  readonly #described: DescribedJobs;
  readonly #owed: readonly string[];
  readonly #turn: string | null;
  /** Described jobs that are in the rows, with `created_at` of the rows if it differs. */
  readonly #rowCreatedAt = new Map<string, string | undefined>();
  /** Jobs in `details_owed`, and whether they may have ended. */
  readonly #ended = new Map<string, boolean>();
  #hasTurn = false;
  #areRowsRead = false;

  constructor(described: DescribedJobs, record: SnapshotRecord | undefined) {
    this.#described = described;
    this.#owed = record?.details_owed ?? [];
    this.#turn = record?.details_turn ?? null;
  }

  begin(): void {
    this.#areRowsRead = false;
    this.#hasTurn = false;
    this.#rowCreatedAt.clear();
    this.#ended.clear();
    for (const identity of this.#owed) this.#ended.set(identity, false);
  }

  take({ job_id, job_arn, created_at, status }: JobRow): void {
    const identity = jobIdentity(job_id, job_arn);
    if (identity === undefined) return;
    if (identity === this.#turn) this.#hasTurn = true;
    if (this.#ended.has(identity) && mayHaveEnded(status)) this.#ended.set(identity, true);
    const job = this.#described.jobs.get(identity);
    if (!job) return;
    const isSame = isSameCreation(job.createdAt, created_at);
    // An id may be used again between the listings of two scopes: a match in one scope is enough.
    if (isSame || !this.#rowCreatedAt.has(identity)) {
      this.#rowCreatedAt.set(identity, isSame ? undefined : (created_at ?? undefined));
    }
  }

  end(): void {
    this.#areRowsRead = true;
  }

  /** Differences between details and rows; empty unless both were read completely. */
  get problems(): readonly string[] {
    const problems = new Problems();
    if (!this.#areRowsRead || !this.#described.isComplete) return [];
    for (const [identity, { number, createdAt }] of this.#described.jobs) {
      const rowCreatedAt = this.#rowCreatedAt.get(identity);
      if (!this.#rowCreatedAt.has(identity)) {
        problems.add('foreign', `row ${number} is of job ${identity}, which is not in the rows of the snapshot`);
      } else if (rowCreatedAt !== undefined) {
        problems.add('created', `row ${number} has created_at ${createdAt}, and in the rows it is ${rowCreatedAt}`);
      }
    }
    return problems.all;
  }

  /**
   * Differences between `details_owed` and `details_turn` of the record and the rows; empty unless the rows were read
   * completely.
   *
   * @param previousTurn `details_turn` of the predecessor; `undefined` if it is not known
   */
  recordProblems(previousTurn: string | null | undefined): readonly string[] {
    const problems = new Problems();
    if (!this.#areRowsRead) return [];
    for (const identity of this.#owed) {
      const claim = `says by details_owed that job ${identity} has ended and was not described`;
      if (!this.#ended.get(identity)) problems.add('owed', `${claim}, and by the rows it has not ended`);
      if (this.#described.jobs.has(identity)) problems.add('owed', `${claim}, and it is in the details`);
    }
    if (this.#turn !== null && !this.#hasTurn && previousTurn !== undefined && previousTurn !== this.#turn) {
      const why = `which is not in the rows, and before it was ${previousTurn ?? 'none'}`;
      problems.add('turn', `has details_turn ${this.#turn}, ${why}`);
    }
    return problems.all;
  }
}

/** An unknown status counts as possibly ended. */
function mayHaveEnded(status: string | null): boolean {
  return !(STATUSES_BEFORE_THE_END as readonly (string | null)[]).includes(status);
}

/** Whether two creation times may be of the same job. `null` matches any. */
function isSameCreation(a: string | null, b: string | null): boolean {
  return a === null || b === null || Math.abs(epochMs(a) - epochMs(b)) < SAME_CREATION_MS;
}

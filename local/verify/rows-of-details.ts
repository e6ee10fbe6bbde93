import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { STATUSES_BEFORE_THE_END } from '../../lambda/contract/details.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import type { RowTaker } from './check-rows.ts';
import type { DescribedJobs } from './described-jobs.ts';
import { epochMs } from './epoch.ts';
import { Problems } from './problems.ts';

/** ListJobs and DescribeJob need not give the time of a job's creation to the same fraction of a second. */
const SAME_CREATION_MS = 1000;

/**
 * Holds the details of a snapshot, and what its record says of them, to its rows: these have every job that is named there, in
 * one scope or in several.
 */
export class RowsOfDetails implements RowTaker {
  readonly #described: DescribedJobs;
  readonly #owed: readonly string[];
  readonly #turn: string | null;
  /** Of the jobs in the rows, `created_at` where it is another one. */
  readonly #met = new Map<string, string | undefined>();
  /** Of the jobs that are owed, whether they may have ended. */
  readonly #ended = new Map<string, boolean>();
  #hasTurn = false;
  #areRead = false;

  constructor(described: DescribedJobs, record: SnapshotRecord | undefined) {
    this.#described = described;
    this.#owed = record?.details_owed ?? [];
    this.#turn = record?.details_turn ?? null;
  }

  begin(): void {
    this.#areRead = false;
    this.#hasTurn = false;
    this.#met.clear();
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
    // An id may be used again between the listings of two scopes: one of them is enough.
    if (isSame || !this.#met.has(identity)) this.#met.set(identity, isSame ? undefined : (created_at ?? undefined));
  }

  end(): void {
    this.#areRead = true;
  }

  /** What of the details is not as the rows are, if both were read whole. */
  get problems(): readonly string[] {
    const problems = new Problems();
    if (!this.#areRead || !this.#described.areRead) return [];
    for (const [identity, { number, createdAt }] of this.#described.jobs) {
      const other = this.#met.get(identity);
      if (!this.#met.has(identity)) {
        problems.add('foreign', `row ${number} is of job ${identity}, which is not in the rows of the snapshot`);
      } else if (other !== undefined) {
        problems.add('created', `row ${number} has created_at ${createdAt}, and in the rows it is ${other}`);
      }
    }
    return problems.all;
  }

  /**
   * What the record leaves to the next snapshot and is not as the rows are, if these were read whole.
   *
   * @param turnBefore what the record of the snapshot before left; `undefined` where it is not known
   */
  recordProblems(turnBefore: string | null | undefined): readonly string[] {
    const problems = new Problems();
    if (!this.#areRead) return [];
    for (const identity of this.#owed) {
      const owes = `says by details_owed that job ${identity} has ended and was not described`;
      if (!this.#ended.get(identity)) problems.add('owed', `${owes}, and by the rows it has not ended`);
      if (this.#described.jobs.has(identity)) problems.add('owed', `${owes}, and it is in the details`);
    }
    if (this.#turn !== null && !this.#hasTurn && turnBefore !== undefined && turnBefore !== this.#turn) {
      const why = `which is not in the rows, and before it was ${turnBefore ?? 'none'}`;
      problems.add('turn', `has details_turn ${this.#turn}, ${why}`);
    }
    return problems.all;
  }
}

/** A status that is not known may be one that has ended, as it was before. */
function mayHaveEnded(status: string | null): boolean {
  return !(STATUSES_BEFORE_THE_END as readonly (string | null)[]).includes(status);
}

/** Whether two times of creation may be of one job. One that is not known may be any. */
function isSameCreation(a: string | null, b: string | null): boolean {
  return a === null || b === null || Math.abs(epochMs(a) - epochMs(b)) < SAME_CREATION_MS;
}

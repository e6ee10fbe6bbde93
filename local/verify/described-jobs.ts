import type { JobDetailsRow, JobRow } from '../../lambda/contract/columns.ts';
import { THING_STATUSES, thingsColumn } from '../../lambda/contract/details.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import type { DetailsTaker } from './check-details.ts';
import type { RowTaker } from './check-rows.ts';
import { Problems } from './problems.ts';

const COUNTS = THING_STATUSES.map(thingsColumn);

/** A job of the details, as far as it is held to what other objects say. */
export interface DescribedJob {
  /** Of its row in the details, from 1. */
  readonly number: number;
  readonly createdAt: string | null;
  readonly describedAt: string;
  readonly progressSince: string | null;
  /** The eight counts, as text that is the same where they are. */
  readonly counts: string;
}

/** The jobs of the details of a snapshot, 10,000 at most, some 400 bytes each. */
export class DescribedJobs implements DetailsTaker {
  readonly #jobs = new Map<string, DescribedJob>();
  #areRead = false;

  /** Whether the details were read whole, and nothing was wrong with them as such. */
  get areRead(): boolean {
    return this.#areRead;
  }

  /** By their identities. */
  get jobs(): ReadonlyMap<string, DescribedJob> {
    return this.#jobs;
  }

  begin(): void {
    this.#areRead = false;
    this.#jobs.clear();
  }

  take(row: JobDetailsRow, identity: string, number: number): void {
    this.#jobs.set(identity, {
      number,
      createdAt: row.created_at,
      describedAt: row.described_at,
      progressSince: row.progress_since,
      counts: JSON.stringify(COUNTS.map((column) => row[column])),
    });
  }

  end(): void {
    this.#areRead = true;
  }
}

/** Holds the jobs of the details to the rows of their snapshot, which has each of them, in one scope or in several. */
export class RowsOfDescribed implements RowTaker {
  readonly #described: DescribedJobs;
  /** Of the jobs in the rows, `created_at` where it is another one. */
  readonly #met = new Map<string, string | undefined>();
  #areRead = false;

  constructor(described: DescribedJobs) {
    this.#described = described;
  }

  begin(): void {
    this.#areRead = false;
    this.#met.clear();
  }

  take({ job_id, job_arn, created_at }: JobRow): void {
    const identity = jobIdentity(job_id, job_arn);
    const job = identity === undefined ? undefined : this.#described.jobs.get(identity);
    if (identity === undefined || !job) return;
    const isSame = isSameCreation(job.createdAt, created_at);
    // An id may be used again between the listings of two scopes: one of them is enough.
    if (isSame || !this.#met.has(identity)) this.#met.set(identity, isSame ? undefined : (created_at ?? undefined));
  }

  end(): void {
    this.#areRead = true;
  }

  /** What of the details is not as the rows are, if these were read whole. */
  get problems(): readonly string[] {
    if (!this.#areRead || !this.#described.areRead) return [];
    const problems = new Problems();
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
}

/** Whether two times of creation may be of one job. One that is not known may be any. */
export function isSameCreation(a: string | null, b: string | null): boolean {
  return a === b || a === null || b === null;
}

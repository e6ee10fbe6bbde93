import type { JobDetailsRow } from '../../lambda/contract/columns.ts';
import { THING_STATUSES, thingsColumn } from '../../lambda/contract/details.ts';
import type { DetailsTaker } from './check-details.ts';

const COUNTS = THING_STATUSES.map(thingsColumn);

/** A job of the details, as far as it is held to what other objects say. */
export interface DescribedJob {
  /** Of its row in the details, from 1. */
  readonly number: number;
  readonly createdAt: string | null;
  readonly describedAt: string;
  readonly progressSince: string | null;
  /** The eight counts, as text that is the same where they are; `undefined` where one is not known. */
  readonly counts: string | undefined;
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
    const counts = COUNTS.map((column) => row[column]);
    this.#jobs.set(identity, {
      number,
      createdAt: row.created_at,
      describedAt: row.described_at,
      progressSince: row.progress_since,
      counts: counts.includes(null) ? undefined : counts.join(),
    });
  }

  end(): void {
    this.#areRead = true;
  }
}

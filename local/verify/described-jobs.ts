import type { JobDetailsRow } from '../../lambda/contract/columns.ts';
import { DONE_STATUSES, THING_STATUSES, thingsColumn } from '../../lambda/contract/details.ts';
import type { DetailsTaker } from './check-details.ts';

const COUNTS = THING_STATUSES.map(thingsColumn);
const DONE = DONE_STATUSES.map(thingsColumn);

/** A job of the details, as far as it is held to what other objects say. */
export interface DescribedJob {
  /** Of its row in the details, from 1. */
  readonly number: number;
  readonly createdAt: string | null;
  readonly describedAt: string;
  readonly progressSince: string | null;
  readonly previousDescribedAt: string | null;
  readonly previousThingsDone: number | null;
  /** The eight counts, as text that is the same where they are; `undefined` where one is not known. */
  readonly counts: string | undefined;
  /** `null` where one of its counts is not known. */
  readonly thingsDone: number | null;
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
      previousDescribedAt: row.previous_described_at,
      previousThingsDone: row.previous_things_done,
      counts: counts.includes(null) ? undefined : counts.join(),
      thingsDone: DONE.reduce<number | null>((sum, column) => added(sum, row[column]), 0),
    });
  }

  end(): void {
    this.#areRead = true;
  }
}

function added(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

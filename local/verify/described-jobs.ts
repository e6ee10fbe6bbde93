import type { JobDetailsRow } from '../../lambda/contract/columns.ts';
import { DONE_STATUSES, THING_STATUSES, thingsColumn } from '../../lambda/contract/details.ts';
import type { DetailsConsumer } from './check-details.ts';

const COUNTS = THING_STATUSES.map(thingsColumn);
const DONE = DONE_STATUSES.map(thingsColumn);

/** The values of a described job that are compared with other objects. */
export interface DescribedJob {
  /** Number of its row in the details, from 1. */
  readonly number: number;
  readonly createdAt: string | null;
  readonly describedAt: string;
  readonly progressSince: string | null;
  readonly previousDescribedAt: string | null;
  readonly previousThingsDone: number | null;
  /** The eight counts joined to a text, for comparison; `undefined` if one is null. */
  readonly counts: string | undefined;
  /** `null` if one of the counts is null. */
  readonly thingsDone: number | null;
}

/** The jobs in the details of a snapshot: at most 10,000, some 400 bytes each. */
export class DescribedJobs implements DetailsConsumer {
  readonly #jobs = new Map<string, DescribedJob>();
  #isComplete = false;

  /** Whether all details were read, without a problem. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** By identity. */
  get jobs(): ReadonlyMap<string, DescribedJob> {
    return this.#jobs;
  }

  begin(): void {
    this.#isComplete = false;
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
      thingsDone: DONE.reduce<number | null>((sum, column) => sumOrNull(sum, row[column]), 0),
    });
  }

  end(): void {
    this.#isComplete = true;
  }
}

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

import type { JobRow, ListingElement } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { type Scope, scopeKey, scopeName } from '../../lambda/contract/scope.ts';
import { StringSet } from '../../lambda/core/string-set.ts';
import type { Problems } from './problems.ts';

/** The rows of a scope that the record lists. */
interface Counts {
  /** At least one. */
  readonly listings: readonly ListingElement[];
  /** Rows of each status asked for. */
  readonly perStatus: Map<string, number>;
  /** Rows of a status that was not asked for: AWS may add some, or leave it out. */
  others: number;
  hasEnded: boolean;
}

/**
 * Holds the rows of each scope to its listings, and finds jobs that are twice in a scope. The exporter writes scope by
 * scope, so the ids of one at a time are kept.
 */
export class ScopeCounts {
  readonly #problems: Problems;
  readonly #counts: ReadonlyMap<string, Counts>;
  /** Identities of the jobs of the current scope. */
  readonly #seen = new StringSet();
  #scope: Scope | undefined;
  /** Those of the current scope, where the record names it. */
  #current: Counts | undefined;

  /** @param listings of the record; none where there is no record to go by, and then no scope is unexpected */
  constructor(listings: readonly ListingElement[], problems: Problems) {
    this.#problems = problems;
    this.#counts = new Map([...Map.groupBy(listings, scopeKey)].map(([key, ofScope]) => [key, newCounts(ofScope)]));
  }

  take(row: JobRow, number: number): void {
    if (
      this.#scope === undefined ||
      row.thing_group_name !== this.#scope.thing_group_name ||
      row.queried_thing_group_id !== this.#scope.queried_thing_group_id
    ) {
      this.#enter(row, number);
    }
    if (this.#current) count(this.#current, row.status);
    const identity = jobIdentity(row.job_id, row.job_arn);
    if (identity !== undefined && !this.#seen.add(identity)) {
      this.#problems.add('twice', `row ${number} has job ${identity} a second time in ${scopeName(row)}`);
    }
  }

  /** Call it after the last row, if all rows could be read. */
  compare(): void {
    for (const { listings, perStatus, others } of this.#counts.values()) {
      const name = scopeName(listings[0] as ListingElement);
      const total = listings.reduce((sum, listing) => sum + listing.job_count, 0);
      const found = others + [...perStatus.values()].reduce((sum, rows) => sum + rows, 0);
      // Where the sum is right, the service may have given a job with another status than it was listed by: no document
      // says that a listing by status and what it shows of a job are of one moment.
      if (found === total) continue;
      this.#add('scope', found, name, total);
      // A row of a status that was not asked for can be of any listing of its scope.
      if (others > 0) continue;
      for (const { status, job_count } of listings) {
        const rows = perStatus.get(status) ?? 0;
        if (rows !== job_count) this.#add('listing', rows, `${name} ${status}`, job_count);
      }
    }
  }

  #enter(row: JobRow, number: number): void {
    if (this.#current) this.#current.hasEnded = true;
    this.#seen.clear();
    this.#scope = { thing_group_name: row.thing_group_name, queried_thing_group_id: row.queried_thing_group_id };
    this.#current = this.#counts.get(scopeKey(row));
    if (this.#current === undefined && this.#counts.size > 0) {
      this.#problems.add('unknown', `row ${number} is of ${scopeName(row)}, which the record does not list`);
    }
    if (this.#current?.hasEnded) {
      this.#problems.add('order', `row ${number} is of ${scopeName(row)} again, after those of another scope`);
    }
  }

  #add(kind: string, rows: number, of: string, expected: number): void {
    this.#problems.add(kind, `has ${rows} rows of ${of}, and its record says ${expected}`);
  }
}

function newCounts(listings: readonly ListingElement[]): Counts {
  return { listings, perStatus: new Map(listings.map(({ status }) => [status, 0])), others: 0, hasEnded: false };
}

function count(counts: Counts, status: string | null): void {
  const rows = status === null ? undefined : counts.perStatus.get(status);
  if (status === null || rows === undefined) counts.others += 1;
  else counts.perStatus.set(status, rows + 1);
}

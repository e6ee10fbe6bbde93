import type { JobRow, ListingElement } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { type Scope, scopeKey, scopeName } from '../../lambda/contract/scope.ts';
import { StringSet } from '../../lambda/core/string-set.ts';
import type { Problems } from './problems.ts';

/** Row counts of a scope. */
interface Counts {
  /** At least one. */
  readonly listings: readonly ListingElement[];
  /** Rows per requested status. */
  readonly perStatus: Map<string, number>;
  /** Rows with a status that was not requested, or without one: AWS may add a status, or omit it. */
  others: number;
  hasEnded: boolean;
}

/**
 * Checks the row counts of each scope against its listings, and finds duplicate jobs in a scope. The exporter writes
 * scope by scope, so only the ids of the current scope are kept.
 */
export class ScopeCounts {
  readonly #problems: Problems;
  readonly #counts: ReadonlyMap<string, Counts>;
  /** Identities of the jobs of the current scope. */
  readonly #seen = new StringSet();
  #scope: Scope | undefined;
  /** Counts of the current scope; `undefined` if the record does not list it. */
  #current: Counts | undefined;

  /** @param listings of the record; empty without a record, and then no scope is unexpected */
  constructor(listings: readonly ListingElement[], problems: Problems) {
    this.#problems = problems;
    this.#counts = new Map(
      [...Map.groupBy(listings, scopeKey)].map(([key, scopeListings]) => [key, newCounts(scopeListings)]),
    );
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

  /** To be called after the last row, if all rows could be read. */
  compare(): void {
    for (const { listings, perStatus, others } of this.#counts.values()) {
      const name = scopeName(listings[0] as ListingElement);
      const total = listings.reduce((sum, listing) => sum + listing.job_count, 0);
      const found = others + [...perStatus.values()].reduce((sum, rows) => sum + rows, 0);
      // With a correct sum, counts per status may still differ: AWS does not document that the status filter and the
      // returned status of a job are from the same moment.
      if (found === total) continue;
      this.#add('scope', found, name, total);
      // A row with a status that was not requested can be from any listing of its scope.
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

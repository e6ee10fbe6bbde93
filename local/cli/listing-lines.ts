import { type Scope, scopeKey, scopeName, thingGroupOf } from '../../lambda/contract/scope.ts';
import type { Listing, ListingProgress } from '../../lambda/ports.ts';
import { listingLine, returnedLine } from './figures.ts';

/** Receives a permanent line, with a symbol for terminals. */
type Keep = (line: string, symbol: string) => void;

/** Creates the lines of finished listings. */
export class ListingLines {
  readonly #keep: Keep;
  readonly #missing = new Set<string>();
  readonly #firstCounts = new Map<Readonly<Listing>, number>();
  /** Lines of a thing group without jobs so far. They are dropped if the group does not exist. */
  #held: string[] = [];
  #scope = '';
  #hasJobs = false;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  started(listing: Readonly<Listing>): void {
    if (scopeKey(listing) === this.#scope) return;
    this.release();
    this.#scope = scopeKey(listing);
    this.#hasJobs = false;
  }

  ended(listing: Readonly<Listing>, { isRepeat }: ListingProgress): void {
    if (listing.missing) {
      this.missing(listing);
      return;
    }
    this.#hasJobs ||= listing.job_count > 0;
    const line = isRepeat ? this.#repeatLine(listing) : listingLine(listing);
    this.#firstCounts.set(listing, listing.job_count);
    if (line !== undefined) this.#held.push(line);
    if (this.#hasJobs || thingGroupOf(listing) === undefined) this.release();
  }

  /** Replaces the lines of the scope's listings. */
  missing(scope: Scope): void {
    this.#held = [];
    // If ListJobs reports a missing group, each of its listings ends this way.
    if (this.#missing.has(scopeKey(scope))) return;
    this.#missing.add(scopeKey(scope));
    this.#keep(`${scopeName(scope).padEnd(15)} no such thing group; the record says so`, '✖');
  }

  /** Shows held lines. */
  release(): void {
    for (const line of this.#held.splice(0)) this.#keep(line, '✔');
  }

  /** Line of jobs that went back to SCHEDULED after it was listed; `undefined` if there are none, as is usual. */
  #repeatLine(listing: Readonly<Listing>): string | undefined {
    const returned = listing.job_count - (this.#firstCounts.get(listing) ?? 0);
    return returned > 0 ? returnedLine(listing, returned) : undefined;
  }
}

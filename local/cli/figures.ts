import type { CallCounts, Clock, ListingView } from '../../lambda/ports.ts';

const number = new Intl.NumberFormat('en');

/** `1,234 jobs`, `1 job`. */
export function counted(count: number, noun: string): string {
  return `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a run has seen so far. */
export class Figures {
  readonly #clock: Clock;
  readonly #counts: CallCounts;
  readonly #startedAt: number;
  readonly #perListing = new Map<number, ListingView>();

  constructor(clock: Clock, counts: CallCounts) {
    this.#clock = clock;
    this.#counts = counts;
    this.#startedAt = clock.now();
  }

  take(listing: ListingView): void {
    this.#perListing.set(listing.position, listing);
  }

  /** `12,345 jobs, 52 pages, 4.9 calls/s`, and throttles when there were some. */
  toString(): string {
    const { calls, throttled } = this.#counts;
    const seconds = Math.max(this.#clock.now() - this.#startedAt, 1) / 1000;
    const parts = [
      counted(this.#sum('jobCount'), 'job'),
      counted(this.#sum('pages'), 'page'),
      `${(calls / Math.max(seconds, 1)).toFixed(1)} calls/s`,
    ];
    return [...parts, ...(throttled > 0 ? [`${number.format(throttled)} throttled`] : [])].join(', ');
  }

  #sum(field: 'jobCount' | 'pages'): number {
    return [...this.#perListing.values()].reduce((sum, listing) => sum + listing[field], 0);
  }
}

/** `fleet-eu IN_PROGRESS (2 of 10)`: the listing at hand. */
export function listingAtHand(listing: ListingView): string {
  return `${scopeOf(listing)} ${listing.status} (${listing.position + 1} of ${listing.total})`;
}

/** The line that stays of a listing that has ended. */
export function listingLine(listing: ListingView): string {
  if (listing.missing) return `${scopeOf(listing).padEnd(15)} no such thing group; the record says so`;
  const jobs = number.format(listing.jobCount).padStart(8);
  return `${scopeOf(listing).padEnd(15)} ${listing.status.padEnd(20)} ${jobs} jobs  ${counted(listing.pages, 'page')}`;
}

export function scopeOf({ thingGroupName, thingGroupId }: ListingView): string {
  return thingGroupName ?? thingGroupId ?? 'account-wide';
}

import { scopeName } from '../../lambda/contract/scope.ts';
import type { CallCounts, Clock, DetailsResult, Listing, ListingProgress, OddField } from '../../lambda/ports.ts';

const number = new Intl.NumberFormat('en');

/** `1,234 jobs`, `1 job`. */
export function counted(count: number, noun: string): string {
  return `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Counts of a run so far. */
export class Figures {
  readonly #clock: Clock;
  readonly #counts: CallCounts;
  readonly #startedAt: number;
  readonly #listings = new Set<Readonly<Listing>>();

  constructor(clock: Clock, counts: CallCounts) {
    this.#clock = clock;
    this.#counts = counts;
    this.#startedAt = clock.now();
  }

  take(listing: Readonly<Listing>): void {
    this.#listings.add(listing);
  }

  /** Discards the listings, since they are started again. */
  clear(): void {
    this.#listings.clear();
  }

  /** `12,345 jobs, 52 pages, 4.9 calls/s`, plus throttles if there were any. */
  toString(): string {
    const { calls, throttled } = this.#counts;
    const seconds = Math.max(this.#clock.now() - this.#startedAt, 1) / 1000;
    const parts = [
      counted(this.#sum('job_count'), 'job'),
      counted(this.#sum('pages'), 'page'),
      `${(calls / Math.max(seconds, 1)).toFixed(1)} calls/s`,
    ];
    return [...parts, ...(throttled > 0 ? [`${number.format(throttled)} throttled`] : [])].join(', ');
  }

  #sum(field: 'job_count' | 'pages'): number {
    return [...this.#listings].reduce((sum, listing) => sum + listing[field], 0);
  }
}

/** `fleet-eu IN_PROGRESS (2 of 10)`: the current listing. */
export function currentListing(listing: Readonly<Listing>, { position, total, isRepeat }: ListingProgress): string {
  return `${scopeName(listing)} ${listing.status}${isRepeat ? ' again' : ''} (${position + 1} of ${total})`;
}

/** Permanent line of a finished listing. */
export function listingLine(listing: Readonly<Listing>): string {
  return `${lineStart(listing, listing.status, listing.job_count)}  ${counted(listing.pages, 'page')}`;
}

/** Permanent line of jobs that the second listing of a status found. */
export function returnedLine(listing: Readonly<Listing>, returned: number): string {
  return `${lineStart(listing, `${listing.status} again`, returned)}  back from IN_PROGRESS`;
}

/** `describing jobs (120 of 388)`. */
export function describingText({ described, selected }: { described: number; selected: number }): string {
  return `describing jobs (${number.format(described)} of ${number.format(selected)})`;
}

/** `388 jobs described, 14 left out (2 gone, 12 more than --details asks for)`. */
export function detailsLine({ described, ...left }: Omit<DetailsResult, 'counts'>): string {
  return `${counted(described, 'job')} described${leftOutText(left)}`;
}

/** Jobs that were not described, with reasons; empty if there are none. */
export function leftOutText({ leftOut, gone, failed }: Pick<DetailsResult, 'leftOut' | 'gone' | 'failed'>): string {
  if (leftOut === 0) return '';
  const reasons = [
    [gone, 'gone'],
    [failed, 'failed'],
    [leftOut - gone - failed, 'more than --details asks for'],
  ] as const;
  const parts = reasons.flatMap(([count, reason]) => (count > 0 ? [`${number.format(count)} ${reason}`] : []));
  return `, ${number.format(leftOut)} left out (${parts.join(', ')})`;
}

function lineStart(listing: Readonly<Listing>, what: string, count: number): string {
  const jobs = number.format(count).padStart(8);
  return `${scopeName(listing).padEnd(15)} ${what.padEnd(20)} ${jobs} ${count === 1 ? 'job ' : 'jobs'}`;
}

/** Describes an undocumented value of a job. */
export function oddFieldLine({ job, field, value }: OddField): string {
  return `${job === undefined ? 'a job without id' : `job ${job}`} has ${field} ${value}, which is not as documented; it is null in the rows`;
}

import { type Scope, scopeKey, scopeName } from '../../lambda/contract/scope.ts';
import type { CallCounts, Clock, Listing, RunObserver } from '../../lambda/ports.ts';
import { currentListing, Figures, listingLine } from './figures.ts';

/** In a log, how often a listing that takes long says how far it is. */
const STILL_AT_IT_MS = 10_000;

/** Shows a run while it works. */
export interface Progress extends RunObserver {
  /** Shows what goes on before the first listing and after the last. */
  doing(what: string): void;
  /** Takes away what was there for the moment only. */
  stop(): void;
}

/** Where progress is drawn. */
export interface Drawing {
  /** Whether {@link live} shows anything: not so in a log. */
  readonly isLive: boolean;
  /** What changes in place; `figures` is asked for whenever it is drawn. */
  live(text: string, figures?: () => string): void;
  /** A line that stays, in place of what changes; with a symbol where it is drawn for people. */
  line(text: string, symbol?: string): void;
  stop(): void;
}

export interface ProgressProps {
  readonly clock: Clock;
  readonly counts: CallCounts;
  readonly drawing: Drawing;
}

export function createProgress({ clock, counts, drawing }: ProgressProps): Progress {
  const figures = new Figures(clock, counts);
  const missing = new Set<string>();
  let saidAt = clock.monotonic();

  function keep(line: string, symbol?: string): void {
    saidAt = clock.monotonic();
    drawing.line(line, symbol);
  }
  function keepEnded(listing: Readonly<Listing>): void {
    // A group that does not exist ends once for each status.
    if (listing.missing && missing.has(scopeKey(listing))) return;
    if (listing.missing) missing.add(scopeKey(listing));
    keep(listingLine(listing), listing.missing ? '✖' : '✔');
  }
  const keepGroup = (scope: Scope, what: string) => keep(`${scopeName(scope).padEnd(15)} ${what}`, '✖');
  return {
    doing: (what) => drawing.live(what),
    listingStarted: (...listing) => drawing.live(currentListing(...listing), () => figures.toString()),
    pageArrived(listing, progress) {
      figures.take(listing);
      const isDue = !drawing.isLive && clock.monotonic() - saidAt >= STILL_AT_IT_MS;
      if (isDue) keep(`${currentListing(listing, progress)}: ${figures}`);
    },
    thingGroupMissing: (scope) => keepGroup(scope, 'no such thing group; the record says so'),
    thingGroupUnchecked: (scope, error) =>
      keepGroup(scope, `no jobs; whether it exists is not known: ${error.message}`),
    listingEnded(listing, { position, total }) {
      figures.take(listing);
      keepEnded(listing);
      if (position + 1 === total) drawing.live('storing the snapshot', () => figures.toString());
    },
    stop: () => drawing.stop(),
  };
}

import type { CallCounts, Clock, ListingView, RunObserver } from '../../lambda/ports.ts';
import { Figures, listingAtHand, listingLine, scopeOf } from './figures.ts';

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
  let saidAt = clock.now();

  function keep(line: string, symbol?: string): void {
    saidAt = clock.now();
    drawing.line(line, symbol);
  }
  function keepEnded(listing: ListingView): void {
    // A group that does not exist ends once for each status.
    if (listing.missing && missing.has(scopeOf(listing))) return;
    if (listing.missing) missing.add(scopeOf(listing));
    keep(listingLine(listing), listing.missing ? '✖' : '✔');
  }
  return {
    doing: (what) => drawing.live(what),
    listingStarted: (listing) => drawing.live(listingAtHand(listing), () => figures.toString()),
    pageArrived(listing) {
      figures.take(listing);
      if (!drawing.isLive && clock.now() - saidAt >= STILL_AT_IT_MS) keep(`${listingAtHand(listing)}: ${figures}`);
    },
    listingEnded(listing) {
      figures.take(listing);
      keepEnded(listing);
      if (listing.position + 1 === listing.total) drawing.live('storing the snapshot', () => figures.toString());
    },
    stop: () => drawing.stop(),
  };
}

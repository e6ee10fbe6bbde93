import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { scopeName } from '../../lambda/contract/scope.ts';
import type { CallCounts, Clock, DetailsResult, RunObserver } from '../../lambda/ports.ts';
import type { Drawing } from './drawing.ts';
import { inWordsOfTheCommand } from './failure.ts';
import { currentListing, describingText, detailsLine, Figures, oddFieldLine } from './figures.ts';
import { InterruptedError } from './interrupt.ts';
import { ListingLines } from './listing-lines.ts';

/** In a log, how often a listing that takes long says how far it is. */
const STILL_AT_IT_MS = 10_000;
/** Odd fields that are shown one by one; of the others the number is. */
const SHOWN_ODD_FIELDS = 5;
const STORING = 'storing the snapshot';

/** Shows a run while it works. */
export interface Progress extends RunObserver {
  /** Shows what goes on before the first listing and after the last. */
  doing(what: string): void;
  /** Takes away what was there for the moment only. */
  stop(): void;
  /** The record of the snapshot, once it stands. */
  readonly record: SnapshotRecord | undefined;
  /** What describing jobs came to, once it has ended. */
  readonly details: DetailsResult | undefined;
}

export interface ProgressProps {
  readonly clock: Clock;
  readonly counts: CallCounts;
  /** Whether jobs are to be described. @default false */
  readonly describes?: boolean;
  readonly drawing: Drawing;
}

/** Progress of one run: a line for each listing that has ended, and for each warning. */
export function createProgress({ clock, counts, describes = false, drawing }: ProgressProps): Progress {
  const figures = new Figures(clock, counts);
  const lines = new ListingLines(keep);
  let oddFieldCount = 0;
  let saidAt = clock.monotonic();

  function keep(line: string, symbol?: string): void {
    saidAt = clock.monotonic();
    drawing.line(line, symbol);
  }
  let record: SnapshotRecord | undefined;
  let details: DetailsResult | undefined;
  let isListing = false;
  let attempts = 0;
  const warn = (text: string) => keep(`warning: ${inWordsOfTheCommand(text)}`, '⚠');

  return {
    get record() {
      return record;
    },
    get details() {
      return details;
    },
    doing: (what) => drawing.live(what),
    previousReading: (snapshotId) => drawing.live(`reading ${snapshotId}, the snapshot before`),
    previousFound({ unlinkedReason, ...failure }) {
      attempts += 1;
      figures.clear();
      if (attempts > 1) warn('another snapshot of the export came in between; all is listed anew');
      if (unlinkedReason !== 'UNREADABLE') return;
      const reason = 'error' in failure && failure.error ? `: ${failure.error.message}` : '';
      warn(
        `the snapshot before could not be read, so that nothing is said of changes, and all ages begin anew${reason}`,
      );
    },
    listingStarted(listing, progress) {
      lines.started(listing);
      isListing = true;
      drawing.live(currentListing(listing, progress), () => figures.toString());
    },
    pageArrived(listing, progress) {
      figures.take(listing);
      const isDue = !drawing.isLive && clock.monotonic() - saidAt >= STILL_AT_IT_MS;
      if (isDue) keep(`${currentListing(listing, progress)}: ${figures}`);
    },
    oddFields(fields) {
      const left = Math.max(SHOWN_ODD_FIELDS - oddFieldCount, 0);
      for (const field of fields.slice(0, left)) warn(oddFieldLine(field));
      oddFieldCount += fields.length;
    },
    thingGroupMissing: (scope) => lines.missing(scope),
    thingGroupUnchecked(scope, error) {
      lines.release();
      warn(`${scopeName(scope)} has no jobs; whether it exists is not known: ${error.message}`);
    },
    listingEnded(listing, progress) {
      figures.take(listing);
      lines.ended(listing, progress);
      if (progress.position + 1 === progress.total) {
        isListing = false;
        drawing.live(describes ? 'describing jobs' : STORING, () => figures.toString());
      }
    },
    previousDetailsUnreadable: (error) =>
      warn(`the details before could not be read, so that since when rollouts stand is not known: ${error.message}`),
    jobDescribed(progress) {
      // Meanwhile the listing is what there is to see.
      if (isListing) return;
      drawing.live(describingText(progress), () => figures.toString());
      const isDue = !drawing.isLive && clock.monotonic() - saidAt >= STILL_AT_IT_MS;
      if (isDue) keep(describingText(progress));
    },
    detailsEnded(result) {
      // The run ends by that, too, and says so.
      if (result.error instanceof InterruptedError) return;
      details = result;
      lines.release();
      if (result.failed > 0) warn(`${detailsLine(result)}${result.error ? `: ${result.error.message}` : ''}`);
      else keep(detailsLine(result), '✔');
      drawing.live(STORING, () => figures.toString());
    },
    snapshotRecorded(snapshot) {
      record = snapshot.record;
      lines.release();
      const more = oddFieldCount - SHOWN_ODD_FIELDS;
      if (more > 0) warn(`${more} more fields of jobs are not of the documented type, and null in the rows`);
    },
    stop: () => drawing.stop(),
  };
}

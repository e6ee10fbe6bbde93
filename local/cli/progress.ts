import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import { scopeName } from '../../lambda/contract/scope.ts';
import type { CallCounts, Clock, DetailsResult, RunObserver } from '../../lambda/ports.ts';
import type { Drawing } from './drawing.ts';
import { withOptionNames } from './failure.ts';
import { currentListing, describingText, detailsLine, Figures, oddFieldLine } from './figures.ts';
import { InterruptedError } from './interrupt.ts';
import { ListingLines } from './listing-lines.ts';

/** Interval of lines about a long listing in a log. */
const LOG_INTERVAL_MS = 10_000;
/** Maximum of odd fields with a line each; the others are only counted. */
const SHOWN_ODD_FIELDS = 5;
const STORING = 'storing the snapshot';

/** Shows the progress of a run. */
export interface Progress extends RunObserver {
  /** Shows an activity before the first listing or after the last. */
  showActivity(what: string): void;
  /** Removes the live text. */
  stop(): void;
  /** The record of the snapshot, once it exists. */
  readonly record: SnapshotRecord | undefined;
  /** The result of describing jobs, once it has ended. */
  readonly details: DetailsResult | undefined;
}

export interface ProgressProps {
  readonly clock: Clock;
  readonly counts: CallCounts;
  /** Whether jobs are to be described. @default false */
  readonly describes?: boolean;
  readonly drawing: Drawing;
}

/** Progress of one run: a line per finished listing and per warning. */
export function createProgress({ clock, counts, describes = false, drawing }: ProgressProps): Progress {
  const figures = new Figures(clock, counts);
  const lines = new ListingLines(keep);
  let oddFieldCount = 0;
  let lastLineAt = clock.monotonic();

  function keep(line: string, symbol?: string): void {
    lastLineAt = clock.monotonic();
    drawing.line(line, symbol);
  }
  let record: SnapshotRecord | undefined;
  let details: DetailsResult | undefined;
  let isListing = false;
  let attempts = 0;
  const warn = (text: string) => keep(`warning: ${withOptionNames(text)}`, '⚠');

  return {
    get record() {
      return record;
    },
    get details() {
      return details;
    },
    showActivity: (what) => drawing.live(what),
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
      const isDue = !drawing.isLive && clock.monotonic() - lastLineAt >= LOG_INTERVAL_MS;
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
      warn(
        `the details before could not be read, so it is not known since when rollouts have made no progress: ${error.message}`,
      ),
    jobDescribed(progress) {
      // During a listing, the listing is shown.
      if (isListing) return;
      drawing.live(describingText(progress), () => figures.toString());
      const isDue = !drawing.isLive && clock.monotonic() - lastLineAt >= LOG_INTERVAL_MS;
      if (isDue) keep(describingText(progress));
    },
    detailsEnded(result) {
      // The run ends with the same error, which is shown then.
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

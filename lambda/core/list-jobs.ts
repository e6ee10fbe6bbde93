import { OutOfTimeError, ThingGroupNotFoundError } from '../errors.ts';
import type { JobsPage, ListJobsQuery, Ports } from '../ports.ts';
import type { GzipRows } from './gzip-rows.ts';
import { listingName } from './request.ts';
import { jobLines } from './rows.ts';
import {
  currentListing,
  type ListingProgress,
  nextQuery,
  type RunState,
  takeMissing,
  takePage,
  viewOf,
} from './run-state.ts';

/**
 * Lists until every listing has ended, and hands the rows on as they come.
 *
 * The next page is on its way while the rows of this one are written. It is never asked for earlier: its token, and so
 * the order of the listings, comes with this one.
 */
export async function listJobs(state: RunState, ports: Ports, rows: GzipRows, signal: AbortSignal): Promise<void> {
  const observe = (event: 'listingStarted' | 'pageArrived' | 'listingEnded', listing: ListingProgress) =>
    ports.observer?.[event]?.(viewOf(state, listing));
  let inFlight = ask(state, ports, signal);
  if (inFlight !== undefined) observe('listingStarted', currentListing(state));

  while (inFlight !== undefined) {
    const answer: JobsPage | ThingGroupNotFoundError = await inFlight;
    signal.throwIfAborted();
    const listing = currentListing(state);
    const from = state.position;
    const isMissing = answer instanceof ThingGroupNotFoundError;
    if (isMissing) takeMissing(state, answer);
    const fresh = isMissing ? [] : takePage(state, answer, ports.clock.now());
    inFlight = ask(state, ports, signal);

    if (!isMissing) observe('pageArrived', listing);
    for (const ended of state.listings.slice(from, state.position)) observe('listingEnded', ended);
    if (inFlight !== undefined && state.position > from) observe('listingStarted', currentListing(state));
    const page = { request: state.request, scope: listing.scope, observedAt: state.observedAt };
    for (const lines of jobLines(fresh, page)) await rows.write(lines);
  }
}

/** A call whose failure is looked at when its turn comes, so that it cannot go unhandled before. */
function ask(state: RunState, { source }: Ports, signal: AbortSignal) {
  const query = nextQuery(state);
  if (query === undefined) return undefined;
  const answer = callFor(state, query, source, signal);
  answer.catch(() => {});
  return answer;
}

/** The page, or as a value the one error that is an answer: that the thing group asked for does not exist. */
async function callFor(state: RunState, query: ListJobsQuery, source: Ports['source'], signal: AbortSignal) {
  const { scope } = currentListing(state);
  try {
    return await source.listJobs(query, signal);
  } catch (error) {
    const isOfGroup = scope.thingGroupName !== null || scope.thingGroupId !== null;
    if (isOfGroup && error instanceof ThingGroupNotFoundError) return error;
    throw error;
  }
}

/** How far a run came, what it would take, and what to change. */
export function outOfTime(state: RunState, source: Ports['source'], startedAt: number, now: number): OutOfTimeError {
  const { listings, position } = state;
  const jobs = listings.reduce((sum, listing) => sum + listing.jobCount, 0);
  const elapsedMs = now - startedAt;
  const { calls, throttled } = source.counts;
  const hand = listings[position];
  const takes =
    position === 0
      ? 'not one listing ended, so what all would take is not known'
      : `at this pace all of them would take about ${seconds((elapsedMs / position) * listings.length)}`;
  return new OutOfTimeError(
    `Out of time after ${seconds(elapsedMs)}: ${position} of ${listings.length} listings ended` +
      `${hand ? `, ${listingName(hand)} was at page ${hand.pages + 1}` : ''}; ` +
      `${jobs} jobs in ${calls} calls, ${throttled} of them throttled; ${takes}. Nothing was written. ` +
      'Raise callsPerSecond (ask AWS for a higher ListJobs quota if need be), or split the export: ' +
      'fewer statuses or fewer thing groups each',
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

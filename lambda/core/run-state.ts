import { createHash } from 'node:crypto';
import { RepeatedTokenError, ThingGroupDeletedError, type ThingGroupNotFoundError } from '../errors.ts';
import type { JobSummary, JobsPage, ListingView, ListJobsQuery } from '../ports.ts';
import { type Listing, listingName, planListings, queryOf, type SnapshotRequest } from './request.ts';
import { StringSet } from './string-set.ts';

/** A listing and how far it came. */
export interface ListingProgress extends Listing {
  jobCount: number;
  pages: number;
  missing: boolean;
}

/**
 * All that a run knows between two pages. Whoever holds it, with the rows written so far, can go on with the run.
 */
export interface RunState {
  readonly request: SnapshotRequest;
  readonly listings: ListingProgress[];
  /** Index of the listing at hand; past the end when all have ended. */
  position: number;
  /** Token of the next page of the listing at hand; absent at its beginning. */
  nextToken?: string;
  /** Digests of all tokens that the listing at hand gave. */
  readonly tokens: Set<string>;
  /** Identities of the jobs written for the scope at hand. */
  readonly seen: StringSet;
  /** When the newest page came; later pages never bear an earlier time, even if the clock is set back. */
  observedAt: number;
  /** When the stalest of the jobs in progress was last updated, epoch milliseconds. */
  oldestInProgressAt?: number;
}

export function beginRun(request: SnapshotRequest, startedAt: number): RunState {
  const listings = planListings(request).map((listing) => ({ ...listing, jobCount: 0, pages: 0, missing: false }));
  return { request, listings, position: 0, tokens: new Set(), seen: new StringSet(), observedAt: startedAt };
}

/** The call to make next; `undefined` when every listing has ended. */
export function nextQuery(state: RunState): ListJobsQuery | undefined {
  const listing = state.listings[state.position];
  return listing && queryOf(state.request, listing, state.nextToken);
}

export function currentListing(state: RunState): ListingProgress {
  const listing = state.listings[state.position];
  if (listing === undefined) throw new RangeError('The run has no listing at hand: all have ended');
  return listing;
}

/**
 * Takes a page of the listing at hand: counts it, goes on to the next page or listing, and gives the jobs not yet seen
 * in the scope.
 */
export function takePage(state: RunState, page: JobsPage, now: number): JobSummary[] {
  const listing = currentListing(state);
  if (page.nextToken !== undefined) rememberToken(state, listing, page.nextToken);
  state.observedAt = Math.max(state.observedAt, now);
  const fresh = page.jobs.filter((job) => isNew(state, job));
  if (listing.status === 'IN_PROGRESS') noteOldest(state, fresh);
  listing.jobCount += fresh.length;
  listing.pages += 1;
  if (page.nextToken === undefined) leaveListing(state);
  else state.nextToken = page.nextToken;
  return fresh;
}

/** Takes the answer that the scope's thing group does not exist, and goes on to the next scope. */
export function takeMissing(state: RunState, cause: ThingGroupNotFoundError): void {
  const { scope } = currentListing(state);
  const ofScope = state.listings.filter((listing) => listing.scope === scope);
  if (ofScope.some((listing) => listing.pages > 0)) {
    throw new ThingGroupDeletedError(
      `Thing group ${scope.thingGroupName ?? scope.thingGroupId} was deleted while it was being listed. ` +
        'Nothing was written; run again, and the group is recorded as missing',
      { cause },
    );
  }
  for (const listing of ofScope) listing.missing = true;
  while (state.listings[state.position]?.scope === scope) leaveListing(state);
}

export function viewOf(state: RunState, listing: ListingProgress): ListingView {
  return {
    position: state.listings.indexOf(listing),
    total: state.listings.length,
    status: listing.status,
    ...listing.scope,
    jobCount: listing.jobCount,
    pages: listing.pages,
    missing: listing.missing,
  };
}

function noteOldest(state: RunState, jobs: readonly JobSummary[]): void {
  for (const { lastUpdatedAt } of jobs) {
    if (lastUpdatedAt === undefined) continue;
    state.oldestInProgressAt = Math.min(state.oldestInProgressAt ?? lastUpdatedAt, lastUpdatedAt);
  }
}

function leaveListing(state: RunState): void {
  const { scope } = currentListing(state);
  state.position += 1;
  state.nextToken = undefined;
  state.tokens.clear();
  if (state.listings[state.position]?.scope !== scope) state.seen.clear();
}

/** Tokens go round as A→A and as A→B→A, so all of a listing's are kept, as digests because they may be long. */
function rememberToken(state: RunState, listing: ListingProgress, token: string): void {
  const digest = createHash('sha256').update(token).digest('base64');
  if (state.tokens.has(digest)) {
    throw new RepeatedTokenError(
      `ListJobs gave the same nextToken twice for ${listingName(listing)}, the second time on page ` +
        `${listing.pages + 1}: following it would never end. Nothing was written. ` +
        'The service is at fault; the next run starts afresh. If it stays, open a case with AWS Support',
    );
  }
  state.tokens.add(digest);
}

/** A job is known by its id, or by its ARN, which ends in the id. One without either cannot be told from others. */
function isNew(state: RunState, job: JobSummary): boolean {
  const id = job.jobId ?? job.jobArn?.slice(job.jobArn.lastIndexOf('/') + 1);
  return id === undefined || state.seen.add(id);
}

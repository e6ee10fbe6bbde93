import { createHash } from 'node:crypto';
import { jobIdentity } from '../contract/job-identity.ts';
import { isSameScope, type Scope, scopeName } from '../contract/scope.ts';
import {
  type ExporterError,
  RepeatedTokenError,
  ThingGroupDeletedError,
  type ThingGroupNotFoundError,
} from '../errors.ts';
import type { CallCounts, JobSummary, JobsPage, Listing } from '../ports.ts';
import { type CheckStep, type ListStep, listingName, planRun, type Step } from './plan.ts';
import { jobsBefore, type Predecessor } from './predecessor.ts';
import type { SnapshotRequest } from './request.ts';
import { type FreshJob, SeenJobs } from './seen-jobs.ts';

/** The state of a run between two calls. With the rows written so far, it suffices to continue the run. */
export interface RunState {
  readonly request: SnapshotRequest;
  readonly listings: readonly Listing[];
  readonly steps: readonly Step[];
  /** Index of the current step; past the end after the last step. */
  position: number;
  /** Token of the next page of the current listing; absent at its beginning. */
  nextToken?: string;
  /** Digests of all tokens of the current listing. */
  readonly tokens: Set<string>;
  /** Jobs written for the current scope. */
  readonly seen: SeenJobs;
  /** The snapshot that this one is compared with. */
  readonly predecessor: Predecessor;
  /** When the run began, epoch milliseconds. */
  readonly startedAt: number;
  /** When the newest page arrived, epoch milliseconds. It never goes back, even if the clock is set back. */
  observedAt: number;
  /** When the last listing had ended and the changes were complete, epoch milliseconds; absent before. */
  finishedAt?: number;
  /** Whether the check of a thing group has failed. No other check is made in this run. */
  checksFailed: boolean;
  /** Whether the token is of an earlier invocation, so that AWS IoT may refuse it. */
  isTokenOld: boolean;
  /** Jobs without an identity that were written for the current listing. */
  nameless: number;
  /** Of these, the number that a restarted listing is expected to return once more. */
  namelessAgain: number;
  /** Calls of earlier invocations. */
  readonly earlierCalls: CallCounts;
  /** Oldest update time of a job in progress, epoch milliseconds. */
  oldestInProgressAt?: number;
}

export function beginRun(request: SnapshotRequest, startedAt: number, predecessor: Predecessor): RunState {
  const state: RunState = {
    request,
    ...planRun(request),
    predecessor,
    position: 0,
    tokens: new Set(),
    seen: new SeenJobs(),
    startedAt,
    observedAt: startedAt,
    checksFailed: false,
    isTokenOld: false,
    nameless: 0,
    namelessAgain: 0,
    earlierCalls: { calls: 0, throttled: 0 },
  };
  enterScope(state);
  return state;
}

/** The step to do next; `undefined` when all have ended. */
export function currentStep(state: RunState): Step | undefined {
  return state.steps[state.position];
}

/** The result of a step. */
export type StepResult =
  | { readonly kind: 'page'; readonly step: ListStep; readonly page: JobsPage }
  | { readonly kind: 'not-found'; readonly step: ListStep; readonly error: ThingGroupNotFoundError }
  | {
      readonly kind: 'checked';
      readonly step: CheckStep;
      /** `null` if unknown. */
      readonly exists: boolean | null;
      /** Why it is unknown, if a call failed. */
      readonly error?: ExporterError;
    };

/** Applies the result of the current step, advances to the next page or step, and returns the jobs new to the scope. */
export function applyResult(state: RunState, result: StepResult, now: number): FreshJob[] {
  state.isTokenOld = false;
  if (result.kind === 'page') return applyPage(state, result.step, result.page, now);
  if (result.kind === 'not-found') applyMissing(state, result.step.scope, result.error);
  else applyCheck(state, result);
  return [];
}

function applyPage(state: RunState, { scope, listing, isRepeat }: ListStep, page: JobsPage, now: number): FreshJob[] {
  if (page.nextToken !== undefined) addToken(state, listing, page.nextToken);
  state.observedAt = Math.max(state.observedAt, now);
  const fresh = page.jobs.flatMap((job) => addJob(state, job, isRepeat) ?? []);
  if (listing.status === 'IN_PROGRESS') updateOldest(state, fresh);
  listing.job_count += fresh.length;
  listing.pages += 1;
  if (page.nextToken === undefined) leaveStep(state, scope);
  else state.nextToken = page.nextToken;
  return fresh;
}

/**
 * Adds a listed job; returns `undefined` if it was seen before. For a job without an identity that is unknown: in a restarted
 * listing, as many of them as were written before are assumed to be those, and the others are new.
 */
function addJob(state: RunState, job: JobSummary, isRepeat: boolean): FreshJob | undefined {
  const fresh = state.seen.take(job, isRepeat || state.namelessAgain > 0);
  if (fresh === undefined) {
    if (state.namelessAgain > 0 && jobIdentity(job.jobId, job.jobArn) === undefined) state.namelessAgain -= 1;
  } else if (fresh.before === undefined) state.nameless += 1;
  return fresh;
}

/** Applies the answer that the thing group does not exist: the rest of the scope is skipped. */
function applyMissing(state: RunState, scope: Scope, cause: ThingGroupNotFoundError): void {
  if (listingsOf(state, scope).some((listing) => listing.pages > 0)) {
    throw new ThingGroupDeletedError(
      `Thing group ${scopeName(scope)} was deleted while it was being listed. ` +
        'Nothing was written; run again, and the group is recorded as missing',
      { cause },
    );
  }
  setMissing(state, scope, true);
  while (isInScope(state, scope)) leaveStep(state, scope);
}

function applyCheck(state: RunState, { step: { scope }, exists, error }: Extract<StepResult, { kind: 'checked' }>) {
  setMissing(state, scope, exists === null ? null : !exists);
  if (error) state.checksFailed = true;
  leaveStep(state, scope);
}

/** Whether a scope has no job so far. */
export function isEmpty(state: RunState, scope: Scope): boolean {
  return listingsOf(state, scope).every((listing) => listing.job_count === 0);
}

function setMissing(state: RunState, scope: Scope, missing: boolean | null): void {
  for (const listing of listingsOf(state, scope)) listing.missing = missing;
}

function listingsOf({ listings }: RunState, scope: Scope): Listing[] {
  return listings.filter((listing) => isSameScope(listing, scope));
}

function updateOldest(state: RunState, fresh: readonly FreshJob[]): void {
  for (const {
    job: { lastUpdatedAt },
  } of fresh) {
    if (lastUpdatedAt === undefined) continue;
    state.oldestInProgressAt = Math.min(state.oldestInProgressAt ?? lastUpdatedAt, lastUpdatedAt);
  }
}

function leaveStep(state: RunState, scope: Scope): void {
  state.position += 1;
  state.nameless = 0;
  state.namelessAgain = 0;
  clearTokens(state);
  if (!isInScope(state, scope)) enterScope(state);
}

/** Restarts the current listing. Jobs that were seen are not written again. */
export function restartListing(state: RunState): void {
  state.isTokenOld = false;
  state.namelessAgain = state.nameless;
  clearTokens(state);
}

function clearTokens(state: RunState): void {
  state.nextToken = undefined;
  state.tokens.clear();
}

function enterScope(state: RunState): void {
  const step = currentStep(state);
  state.seen.enterScope(step && jobsBefore(state.predecessor, step.scope));
}

function isInScope(state: RunState, scope: Scope): boolean {
  const step = currentStep(state);
  return step !== undefined && isSameScope(step.scope, scope);
}

/** Throws if the listing had the token before. All tokens are kept, to find A→B→A too; as digests, because they may be long. */
function addToken(state: RunState, listing: Listing, token: string): void {
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

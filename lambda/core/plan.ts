import { type JobStatus, listingOrder } from '../contract/jobs.ts';
import { ACCOUNT_WIDE, isSameScope, type Scope, scopeName } from '../contract/scope.ts';
import type { Listing, ListJobsQuery } from '../ports.ts';
import type { SnapshotRequest } from './request.ts';

/** A paged query of ListJobs, or a check whether a thing group exists. */
export type Step = ListStep | CheckStep;

export interface ListStep {
  readonly kind: 'list';
  readonly scope: Scope;
  readonly listing: Listing;
  /** Whether the status is listed for the second time. */
  readonly isRepeat: boolean;
}

export interface CheckStep {
  readonly kind: 'check';
  readonly scope: Scope;
}

/** The listings and steps of a run, in order. */
export interface Plan {
  /** One element per scope and status. */
  readonly listings: readonly Listing[];
  readonly steps: readonly Step[];
}

/**
 * Plans a run: scope by scope, and within a scope the statuses by {@link listingOrder}.
 *
 * The last step of a thing group's scope checks whether the group exists if it has no jobs.
 */
export function planRun(request: SnapshotRequest): Plan {
  const order = listingOrder(request.statuses);
  const listings: Listing[] = [];
  const steps: Step[] = [];
  for (const scope of scopesOf(request)) {
    const ofScope = new Map<JobStatus, Listing>();
    for (const { status, isRepeat } of order) {
      const listing = ofScope.get(status) ?? newListing(scope, status);
      ofScope.set(status, listing);
      steps.push({ kind: 'list', scope, listing, isRepeat });
    }
    listings.push(...ofScope.values());
    if (!isSameScope(scope, ACCOUNT_WIDE)) steps.push({ kind: 'check', scope });
  }
  return { listings, steps };
}

function scopesOf({ thingGroups, thingGroupIds }: SnapshotRequest): Scope[] {
  const scopes = [
    ...thingGroups.map((name) => ({ ...ACCOUNT_WIDE, thing_group_name: name })),
    ...thingGroupIds.map((id) => ({ ...ACCOUNT_WIDE, queried_thing_group_id: id })),
  ];
  return scopes.length > 0 ? scopes : [ACCOUNT_WIDE];
}

function newListing(scope: Scope, status: JobStatus): Listing {
  return { ...scope, status, job_count: 0, missing: false, pages: 0 };
}

export function queryOf(request: SnapshotRequest, { scope, listing }: ListStep, nextToken?: string): ListJobsQuery {
  const { thing_group_name: thingGroupName, queried_thing_group_id: thingGroupId } = scope;
  return {
    status: listing.status,
    ...(thingGroupName !== null && { thingGroupName }),
    ...(thingGroupId !== null && { thingGroupId }),
    ...(request.targetSelection !== undefined && { targetSelection: request.targetSelection }),
    ...(request.namespaceId !== undefined && { namespaceId: request.namespaceId }),
    ...(nextToken !== undefined && { nextToken }),
  };
}

/** Display name of a listing: `fleet-eu IN_PROGRESS`. */
export function listingName(listing: Listing): string {
  return `${scopeName(listing)} ${listing.status}`;
}

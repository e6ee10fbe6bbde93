import { JOB_STATUSES, type JobStatus, type TargetSelection } from '../contract/jobs.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';
import type { ListJobsQuery } from '../ports.ts';

/** A validated request for one snapshot. */
export interface SnapshotRequest extends SnapshotIdentity {
  readonly statuses: readonly JobStatus[];
  /** By name. No group by name or id: account-wide. */
  readonly thingGroups: readonly string[];
  readonly thingGroupIds: readonly string[];
  readonly targetSelection?: TargetSelection;
  readonly namespaceId?: string;
  /** Whether each thing group's counts become metrics; they do unless told otherwise. */
  readonly metricsPerThingGroup?: boolean;
}

/** Account-wide (both null), or one thing group by its name or by its id. */
export interface Scope {
  readonly thingGroupName: string | null;
  readonly thingGroupId: string | null;
}

/** One paged ListJobs query. */
export interface Listing {
  readonly scope: Scope;
  readonly status: JobStatus;
}

/**
 * What to list, in order: scope by scope, within a scope the statuses in lifecycle order whatever order they were asked
 * for in, because jobs move forward only and one on the move is then met again rather than missed.
 */
export function planListings(request: SnapshotRequest): Listing[] {
  const scopes: Scope[] = [
    ...request.thingGroups.map((thingGroupName) => ({ thingGroupName, thingGroupId: null })),
    ...request.thingGroupIds.map((thingGroupId) => ({ thingGroupName: null, thingGroupId })),
  ];
  if (scopes.length === 0) scopes.push({ thingGroupName: null, thingGroupId: null });
  const statuses = JOB_STATUSES.filter((status) => request.statuses.includes(status));
  return scopes.flatMap((scope) => statuses.map((status) => ({ scope, status })));
}

export function queryOf(request: SnapshotRequest, { scope, status }: Listing, nextToken?: string): ListJobsQuery {
  return {
    status,
    ...(scope.thingGroupName !== null && { thingGroupName: scope.thingGroupName }),
    ...(scope.thingGroupId !== null && { thingGroupId: scope.thingGroupId }),
    ...(request.targetSelection !== undefined && { targetSelection: request.targetSelection }),
    ...(request.namespaceId !== undefined && { namespaceId: request.namespaceId }),
    ...(nextToken !== undefined && { nextToken }),
  };
}

/** `fleet-eu IN_PROGRESS`, as people and messages call a listing. */
export function listingName({ scope, status }: Listing): string {
  return `${scope.thingGroupName ?? scope.thingGroupId ?? 'account-wide'} ${status}`;
}

import type { ChangeReason, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES, type JobStatus } from '../../../lambda/contract/jobs.ts';
import { scopeKey } from '../../../lambda/contract/scope.ts';

/** Statuses that may follow each status. Its own copy, so that verify finds a mistake in the exporter's. */
const NEXT_STATUSES: Readonly<Record<JobStatus, readonly string[]>> = {
  SCHEDULED: ['IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS'],
  CANCELED: ['DELETION_IN_PROGRESS'],
  DELETION_IN_PROGRESS: [],
};

/** Scopes, statuses and filters that a snapshot requested, from its record. */
export class RequestedListings {
  readonly startedAt: string;
  readonly #filters: string;
  readonly #statuses = new Map<string, Set<string>>();
  readonly #missing = new Set<string>();

  constructor({ started_at, target_selection, namespace_id, listings }: SnapshotRecord) {
    this.startedAt = started_at;
    // A record of an older version has neither, which counts as no filter.
    this.#filters = JSON.stringify([target_selection ?? null, namespace_id ?? null]);
    for (const listing of listings) {
      const key = scopeKey(listing);
      const statuses = this.#statuses.get(key) ?? new Set();
      this.#statuses.set(key, statuses.add(listing.status));
      if (listing.missing === true) this.#missing.add(key);
    }
  }

  hasSameFilters(other: RequestedListings): boolean {
    return this.#filters === other.#filters;
  }

  isMissing(scope: string): boolean {
    return this.#missing.has(scope);
  }

  /**
   * Whether the scope was requested, with the status. An unknown status cannot be requested, so it counts as included.
   */
  includes(scope: string, status: string | null): boolean {
    const statuses = this.#statuses.get(scope);
    return statuses !== undefined && (!isKnown(status) || statuses.has(status));
  }
}

/** Why a job is in the rows of a snapshot but not of its predecessor: the first reason that applies. */
export function whyAppeared(
  scope: string,
  job: { readonly status: string | null; readonly createdAt: string | null },
  before: RequestedListings,
  now: RequestedListings,
): ChangeReason {
  const { status, createdAt } = job;
  if (!before.includes(scope, status) || before.isMissing(scope) || !before.hasSameFilters(now))
    return 'NOT_ASKED_BEFORE';
  if (createdAt !== null && createdAt >= before.startedAt) return 'NEW';
  const origins = JOB_STATUSES.filter((from) => status !== null && NEXT_STATUSES[from].includes(status));
  return origins.every((from) => before.includes(scope, from)) ? 'UNEXPLAINED' : 'MAY_HAVE_MOVED';
}

/** Why a job is in the rows of the predecessor but not of a snapshot: the first reason that applies. */
export function whyVanished(
  scope: string,
  status: string | null,
  before: RequestedListings,
  now: RequestedListings,
): ChangeReason {
  if (now.isMissing(scope)) return 'GROUP_MISSING';
  if (!now.includes(scope, status) || !now.hasSameFilters(before)) return 'NOT_ASKED_NOW';
  const next = isKnown(status) ? NEXT_STATUSES[status] : [];
  return next.every((to) => now.includes(scope, to)) ? 'GONE' : 'MAY_HAVE_MOVED';
}

function isKnown(status: string | null): status is JobStatus {
  return (JOB_STATUSES as readonly (string | null)[]).includes(status);
}

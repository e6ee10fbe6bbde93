import type { ChangeReason, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { scopeKey } from '../../../lambda/contract/scope.ts';

/** The statuses that may follow each. Of a status that is none of these nothing is known. */
const MAY_FOLLOW: Readonly<Record<string, readonly string[]>> = {
  SCHEDULED: ['IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS'],
  CANCELED: ['DELETION_IN_PROGRESS'],
  DELETION_IN_PROGRESS: [],
};

/** What a snapshot asked for, as its record tells it. */
export class Asked {
  readonly startedAt: string;
  readonly #filters: string;
  readonly #statuses = new Map<string, Set<string>>();
  readonly #missing = new Set<string>();

  constructor({ started_at, target_selection, namespace_id, listings }: SnapshotRecord) {
    this.startedAt = started_at;
    // A record of an older version has neither, and counts as asked without them.
    this.#filters = JSON.stringify([target_selection ?? null, namespace_id ?? null]);
    for (const listing of listings) {
      const key = scopeKey(listing);
      const statuses = this.#statuses.get(key) ?? new Set();
      this.#statuses.set(key, statuses.add(listing.status));
      if (listing.missing === true) this.#missing.add(key);
    }
  }

  hasFiltersOf(other: Asked): boolean {
    return this.#filters === other.#filters;
  }

  isMissing(scope: string): boolean {
    return this.#missing.has(scope);
  }

  /** Whether a scope was asked for, and a status in it, where that is one that can be asked for. */
  hasAsked(scope: string, status: string | null): boolean {
    const statuses = this.#statuses.get(scope);
    return statuses !== undefined && (!isKnown(status) || statuses.has(status));
  }
}

/** Why a job is in the rows of a snapshot, and not in those of the one before. The first reason that holds. */
export function whyAppeared(
  scope: string,
  job: { readonly status: string | null; readonly createdAt: string | null },
  before: Asked,
  now: Asked,
): ChangeReason {
  const { status, createdAt } = job;
  if (!before.hasAsked(scope, status) || before.isMissing(scope) || !before.hasFiltersOf(now))
    return 'NOT_ASKED_BEFORE';
  if (createdAt !== null && createdAt >= before.startedAt) return 'NEW';
  const origins = JOB_STATUSES.filter((from) => status !== null && MAY_FOLLOW[from]?.includes(status));
  return origins.every((from) => before.hasAsked(scope, from)) ? 'UNEXPLAINED' : 'MAY_HAVE_MOVED';
}

/** Why a job is not in the rows of a snapshot, and was in those of the one before. The first reason that holds. */
export function whyVanished(scope: string, status: string | null, before: Asked, now: Asked): ChangeReason {
  if (now.isMissing(scope)) return 'GROUP_MISSING';
  if (!now.hasAsked(scope, status) || !now.hasFiltersOf(before)) return 'NOT_ASKED_NOW';
  const next = isKnown(status) ? (MAY_FOLLOW[status] ?? []) : [];
  return next.every((to) => now.hasAsked(scope, to)) ? 'GONE' : 'MAY_HAVE_MOVED';
}

function isKnown(status: string | null): status is string {
  return (JOB_STATUSES as readonly (string | null)[]).includes(status);
}

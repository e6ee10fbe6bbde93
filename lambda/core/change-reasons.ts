import type { APPEARED_REASONS, SnapshotRecord, VANISHED_REASONS } from '../contract/columns.ts';
import { JOB_STATUSES, type JobStatus, STATUSES_AFTER } from '../contract/jobs.ts';
import { scopeKey } from '../contract/scope.ts';
import { epochMs } from './timestamp.ts';

export type AppearedReason = (typeof APPEARED_REASONS)[number];
export type VanishedReason = (typeof VANISHED_REASONS)[number];

/** The filters of a snapshot, as its record has them. */
export type Filters = Pick<SnapshotRecord, 'target_selection' | 'namespace_id' | 'listings'>;

/** What a snapshot listed in one scope. */
interface ListedInScope {
  readonly statuses: ReadonlySet<string>;
  readonly isMissing: boolean;
}

/** Finds out why jobs appeared in a snapshot or vanished from its predecessor, by the filters of both. */
export class ChangeReasons {
  readonly #haveSameFilters: boolean;
  readonly #previous: ReadonlyMap<string, ListedInScope>;
  readonly #current: ReadonlyMap<string, ListedInScope>;
  /** When the run of the predecessor snapshot began, epoch milliseconds. */
  readonly #previousStartedAt: number;

  constructor(before: SnapshotRecord, now: Filters) {
    this.#haveSameFilters =
      before.target_selection === now.target_selection && before.namespace_id === now.namespace_id;
    this.#previous = byScope(before);
    this.#current = byScope(now);
    this.#previousStartedAt = epochMs(before.started_at);
  }

  /** @param createdAt by AWS's clock; it is compared with a time of the function's clock */
  appeared(scope: string, status: string | null, createdAt: number | undefined): AppearedReason {
    const before = this.#previous.get(scope);
    if (before === undefined || before.isMissing || !this.#haveSameFilters) return 'NOT_ASKED_BEFORE';
    if (isKnown(status) && !before.statuses.has(status)) return 'NOT_ASKED_BEFORE';
    if (createdAt !== undefined && createdAt >= this.#previousStartedAt) return 'NEW';
    const isNotListed = (from: JobStatus) => !before.statuses.has(from);
    return isKnown(status) && JOB_STATUSES.some((from) => STATUSES_AFTER[from].includes(status) && isNotListed(from))
      ? 'MAY_HAVE_MOVED'
      : 'UNEXPLAINED';
  }

  vanished(scope: string, status: string | null): VanishedReason {
    const now = this.#current.get(scope);
    if (now?.isMissing) return 'GROUP_MISSING';
    if (now === undefined || !this.#haveSameFilters) return 'NOT_ASKED_NOW';
    if (!isKnown(status)) return 'GONE';
    if (!now.statuses.has(status)) return 'NOT_ASKED_NOW';
    return STATUSES_AFTER[status].some((to) => !now.statuses.has(to)) ? 'MAY_HAVE_MOVED' : 'GONE';
  }
}

function byScope({ listings }: Filters): ReadonlyMap<string, ListedInScope> {
  const scopes = new Map<string, { statuses: Set<string>; isMissing: boolean }>();
  for (const listing of listings) {
    const key = scopeKey(listing);
    const scope = scopes.get(key) ?? { statuses: new Set(), isMissing: false };
    scope.statuses.add(listing.status);
    scope.isMissing ||= listing.missing === true;
    scopes.set(key, scope);
  }
  return scopes;
}

function isKnown(status: string | null): status is JobStatus {
  return (JOB_STATUSES as readonly (string | null)[]).includes(status);
}

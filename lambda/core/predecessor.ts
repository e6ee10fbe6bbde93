import type { SnapshotRecord, UnlinkedReason } from '../contract/columns.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';
import { type Scope, scopeKey } from '../contract/scope.ts';
import type { JobsByScope } from './previous-rows.ts';
import type { ScopeJobs } from './scope-jobs.ts';
import type { FreshJob } from './seen-jobs.ts';

/** The predecessor: the snapshot that a run compares its own with. */
export interface Linked {
  readonly snapshot: SnapshotIdentity;
  readonly record: SnapshotRecord;
  readonly jobs: JobsByScope;
}

/** A run without a predecessor to compare with. */
export interface Unlinked {
  readonly reason: UnlinkedReason;
  /** The newest earlier snapshot, if there is one. */
  readonly snapshot?: SnapshotIdentity;
  /** Why it could not be read. */
  readonly error?: Error;
}

export type Predecessor = Linked | Unlinked;

export function isLinked(predecessor: Predecessor): predecessor is Linked {
  return 'jobs' in predecessor;
}

/** Jobs of the predecessor in a scope. */
export function jobsBefore(predecessor: Predecessor, scope: Scope): ScopeJobs | undefined {
  return isLinked(predecessor) ? predecessor.jobs.get(scopeKey(scope)) : undefined;
}

/** Since when a job exists and has its status, epoch milliseconds; `undefined` if unknown. */
export interface Ages {
  readonly firstSeenAt: number | undefined;
  readonly statusSince: number | undefined;
}

const UNKNOWN: Ages = { firstSeenAt: undefined, statusSince: undefined };

/** Returns a function that computes the ages of a page's jobs. */
export function agesOfPage(predecessor: Predecessor, scope: Scope, observedAt: number): (fresh: FreshJob) => Ages {
  if ('reason' in predecessor && predecessor.reason === 'LATE') return () => UNKNOWN;
  const now: Ages = { firstSeenAt: observedAt, statusSince: observedAt };
  const jobs = jobsBefore(predecessor, scope);
  return ({ job, before }) => {
    if (before === undefined) return UNKNOWN;
    if (jobs === undefined || before < 0) return now;
    const firstSeenAt = jobs.firstSeenAt(before);
    const isAsBefore = jobs.status(before) === (job.status ?? null);
    return { firstSeenAt, statusSince: isAsBefore ? jobs.statusSince(before) : observedAt };
  };
}

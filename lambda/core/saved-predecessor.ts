import type { SnapshotRecord, UnlinkedReason } from '../contract/columns.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';
import { isLinked, type Predecessor } from './predecessor.ts';
import { type SavedScopeMarks, type SavedScopeRows, ScopeJobs } from './scope-jobs.ts';

/** The snapshot before, without the marks of its jobs, as it is kept between invocations. It stays the same over a run. */
export type SavedPredecessor = SavedLinked | SavedUnlinked;

interface SavedLinked {
  readonly snapshot: SnapshotIdentity;
  readonly record: SnapshotRecord;
  /** By the key of their scope. */
  readonly jobs: readonly (readonly [string, SavedScopeRows])[];
}

interface SavedUnlinked {
  readonly reason: UnlinkedReason;
  readonly snapshot: SnapshotIdentity | null;
  readonly error: { readonly name: string; readonly message: string } | null;
}

/** Which of its jobs the run has seen so far, by scope, in the order of {@link SavedLinked.jobs}. */
export type SavedPredecessorMarks = readonly SavedScopeMarks[];

/** Views on its jobs. */
export function savePredecessor(predecessor: Predecessor): SavedPredecessor {
  if (isLinked(predecessor)) {
    const { snapshot, record, jobs } = predecessor;
    return {
      snapshot: identityOf(snapshot),
      record,
      jobs: Array.from(jobs, ([key, scope]) => [key, scope.saveRows()] as const),
    };
  }
  const { reason, snapshot, error } = predecessor;
  return {
    reason,
    snapshot: snapshot ? identityOf(snapshot) : null,
    error: error ? { name: error.name, message: error.message } : null,
  };
}

/** Views on the marks, which are right until one is set. */
export function savePredecessorMarks(predecessor: Predecessor): SavedPredecessorMarks {
  return isLinked(predecessor) ? Array.from(predecessor.jobs.values(), (scope) => scope.saveMarks()) : [];
}

/**
 * Takes the arrays that were saved, and writes to those of the marks. Of an error come its name and message.
 *
 * @param marks of the same predecessor
 */
export function loadPredecessor(saved: SavedPredecessor, marks: SavedPredecessorMarks): Predecessor {
  if ('jobs' in saved) {
    const { snapshot, record, jobs } = saved;
    return {
      snapshot,
      record,
      jobs: new Map(jobs.map(([key, rows], index) => [key, ScopeJobs.load(rows, marks[index] ?? [])])),
    };
  }
  const { reason, snapshot, error } = saved;
  return {
    reason,
    ...(snapshot && { snapshot }),
    ...(error && { error: Object.assign(new Error(error.message), { name: error.name }) }),
  };
}

/** Without what else the object has: a request is an identity too. */
function identityOf({ accountId, region, exportName, scheduledAt }: SnapshotIdentity): SnapshotIdentity {
  return { accountId, region, exportName, scheduledAt };
}

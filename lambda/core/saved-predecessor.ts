import type { SnapshotRecord, UnlinkedReason } from '../contract/columns.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';
import { isLinked, type Predecessor } from './predecessor.ts';
import { type SavedScopeMarks, type SavedScopeRows, ScopeJobs } from './scope-jobs.ts';

/** The predecessor snapshot without the marks of its jobs, saved between invocations. It does not change during a run. */
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

/** Marks of the jobs that the run has seen so far, by scope, in the order of {@link SavedLinked.jobs}. */
export type SavedPredecessorMarks = readonly SavedScopeMarks[];

/** Returns the predecessor with views of its jobs. */
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

/** Returns views of the marks. They are valid until a mark is set. */
export function savePredecessorMarks(predecessor: Predecessor): SavedPredecessorMarks {
  return isLinked(predecessor) ? Array.from(predecessor.jobs.values(), (scope) => scope.saveMarks()) : [];
}

/**
 * Loads a saved predecessor. It keeps the arrays, and writes to those of the marks. An error has only its name and message.
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

/** Copies only the fields of an identity: the object may be a whole request. */
function identityOf({ accountId, region, exportName, scheduledAt }: SnapshotIdentity): SnapshotIdentity {
  return { accountId, region, exportName, scheduledAt };
}

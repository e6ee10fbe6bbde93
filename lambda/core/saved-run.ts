import type { CallCounts } from '../ports.ts';
import type { SavedDetails } from './details/run-details.ts';
import { planRun } from './plan.ts';
import { jobsBefore, type Predecessor } from './predecessor.ts';
import type { SnapshotRequest } from './request.ts';
import type { SavedUpload } from './rows-upload.ts';
import type { RunState } from './run-state.ts';
import type { SavedPredecessorMarks } from './saved-predecessor.ts';
import { SeenJobs } from './seen-jobs.ts';
import type { SavedObjects } from './snapshot-objects.ts';
import { UnreadableStateError } from './state-bytes.ts';
import type { StoredTree } from './stored-tree.ts';

/** The saved state of a run, without its request, which comes with the event, and without its predecessor snapshot. */
export interface SavedState {
  readonly startedAt: number;
  readonly position: number;
  readonly nextToken?: string | undefined;
  readonly tokens: readonly string[];
  readonly seen: ReturnType<SeenJobs['save']>;
  readonly nameless: number;
  readonly namelessAgain: number;
  /** Rows, whether missing, and pages of each listing, in the order of the plan. */
  readonly listings: readonly (readonly [number, boolean | null, number])[];
  readonly observedAt: number;
  readonly finishedAt?: number | undefined;
  readonly checksFailed: boolean;
  readonly oldestInProgressAt?: number | undefined;
  readonly counts: CallCounts;
}

/** Everything that is saved when a run is suspended. */
export interface SavedRun extends SavedState {
  /** The saved predecessor snapshot. It is the same for all invocations, so it is put only once. */
  readonly before: StoredTree;
  /** Marks of its jobs that were seen. */
  readonly marks: SavedPredecessorMarks;
  readonly objects: SavedObjects;
  readonly upload: SavedUpload;
  /** Absent if no job is described. */
  readonly details?: SavedDetails | undefined;
}

/** Returns the state as a tree that can be packed. */
export function saveState(state: RunState, counts: CallCounts): SavedState {
  return {
    startedAt: state.startedAt,
    position: state.position,
    nextToken: state.nextToken,
    tokens: [...state.tokens],
    seen: state.seen.save(),
    nameless: state.nameless,
    namelessAgain: state.namelessAgain,
    listings: state.listings.map(({ job_count, missing, pages }) => [job_count, missing, pages]),
    observedAt: state.observedAt,
    ...(state.finishedAt !== undefined && { finishedAt: state.finishedAt }),
    checksFailed: state.checksFailed,
    oldestInProgressAt: state.oldestInProgressAt,
    counts: countsOf(state, counts),
  };
}

/** The calls of all invocations of a run. */
export function countsOf({ earlierCalls }: RunState, { calls, throttled }: CallCounts): CallCounts {
  return { calls: earlierCalls.calls + calls, throttled: earlierCalls.throttled + throttled };
}

/**
 * Restores a saved state.
 *
 * @throws UnreadableStateError if the state is of another request
 */
export function restoreState(request: SnapshotRequest, saved: SavedState, predecessor: Predecessor): RunState {
  const { listings, steps } = planRun(request);
  if (saved.listings.length !== listings.length || saved.position > steps.length) {
    throw new UnreadableStateError(
      `it has ${saved.listings.length} listings, and the event asks for ${listings.length}`,
    );
  }
  for (const [index, listing] of listings.entries()) {
    [listing.job_count, listing.missing, listing.pages] = saved.listings[index] as SavedState['listings'][number];
  }
  const step = steps[saved.position];
  return {
    request,
    listings,
    steps,
    predecessor,
    position: saved.position,
    ...(saved.nextToken !== undefined && { nextToken: saved.nextToken }),
    tokens: new Set(saved.tokens),
    seen: SeenJobs.load(saved.seen, step && jobsBefore(predecessor, step.scope)),
    startedAt: saved.startedAt,
    observedAt: saved.observedAt,
    ...(saved.finishedAt !== undefined && { finishedAt: saved.finishedAt }),
    checksFailed: saved.checksFailed,
    isTokenOld: saved.nextToken !== undefined,
    nameless: saved.nameless,
    namelessAgain: saved.namelessAgain,
    earlierCalls: saved.counts,
    ...(saved.oldestInProgressAt !== undefined && { oldestInProgressAt: saved.oldestInProgressAt }),
  };
}

import { snapshotId } from '../contract/keys.ts';
import type { PreviousSnapshot } from '../ports.ts';
import { findPredecessor } from './find-predecessor.ts';
import { isLinked, type Predecessor } from './predecessor.ts';
import { beginRun, type RunState } from './run-state.ts';
import { type Invocation, withStore } from './take-snapshot.ts';

/** The state of a run that begins now: with the snapshot before, where there is one. */
export async function beginState(invocation: Invocation): Promise<RunState> {
  const { request, ports, deadlineAt } = invocation;
  const startedAt = ports.clock.now();
  const predecessor = await withStore(invocation, (signal) => findPredecessor(request, ports, { signal, deadlineAt }));
  ports.observer?.previousFound?.(previousOf(predecessor));
  return beginRun(request, startedAt, predecessor);
}

function previousOf(predecessor: Predecessor): PreviousSnapshot {
  if (isLinked(predecessor)) return { snapshotId: snapshotId(predecessor.snapshot), unlinkedReason: null };
  const { reason, error } = predecessor;
  return { snapshotId: null, unlinkedReason: reason, ...(error && { error }) };
}

import { snapshotId } from '../contract/keys.ts';
import type { PreviousSnapshot } from '../ports.ts';
import { findDetailsBefore } from './details/details-before.ts';
import { type DetailsContext, RunDetails } from './details/run-details.ts';
import { findPredecessor } from './find-predecessor.ts';
import type { ListingRun } from './list-jobs.ts';
import { isLinked, type Predecessor } from './predecessor.ts';
import { beginRun } from './run-state.ts';
import { type Invocation, withStore } from './take-snapshot.ts';

/** Begins a run: finds its predecessor snapshot, and makes its state and, if requested, its details. */
export async function beginListing(invocation: Invocation): Promise<Pick<ListingRun, 'state' | 'details'>> {
  const { request, ports, deadlineAt } = invocation;
  const startedAt = ports.clock.now();
  const predecessor = await withStore(invocation, (signal) => findPredecessor(request, ports, { signal, deadlineAt }));
  ports.observer?.previousFound?.(previousOf(predecessor));
  return {
    state: beginRun(request, startedAt, predecessor),
    details: await beginDetails(invocation, predecessor, startedAt),
  };
}

async function beginDetails(
  invocation: Invocation,
  predecessor: Predecessor,
  startedAt: number,
): Promise<RunDetails | undefined> {
  const { ports, deadlineAt } = invocation;
  const context = detailsContext(invocation, startedAt);
  if (!context) return undefined;
  const before = await withStore(invocation, (signal) => findDetailsBefore(predecessor, ports, { signal, deadlineAt }));
  return new RunDetails({ ...context, before });
}

/** What describing jobs needs; `undefined` if no job is described. */
export function detailsContext(
  { request, ports: { describer, clock, observer } }: Invocation,
  startedAt: number,
): Omit<DetailsContext, 'before'> | undefined {
  const { details } = request;
  if (!details) return undefined;
  if (!describer) throw new Error('Jobs are to be described, and there is nothing that describes them');
  return { request: { ...request, details }, describer, clock, observer, startedAt };
}

function previousOf(predecessor: Predecessor): PreviousSnapshot {
  if (isLinked(predecessor)) return { snapshotId: snapshotId(predecessor.snapshot), unlinkedReason: null };
  const { reason, error } = predecessor;
  return { snapshotId: null, unlinkedReason: reason, ...(error && { error }) };
}

import type { CallCounts, Clock, RunProgress } from '../ports.ts';
import type { LongRun } from './long-run.ts';
import { isLinked } from './predecessor.ts';
import type { RunState } from './run-state.ts';
import { countsOf } from './saved-run.ts';

/** The progress of a run, for the observer. */
export function progressOf(
  { run, invocation, attempt }: LongRun,
  state: RunState,
  counts: CallCounts,
  { clock, endsAt }: { readonly clock: Clock; readonly endsAt: number },
): RunProgress {
  const { steps, position, listings, predecessor } = state;
  const countLists = (of: typeof steps) => of.filter(({ kind }) => kind === 'list').length;
  return {
    run,
    invocation,
    attempt,
    jobs: listings.reduce((sum, listing) => sum + listing.job_count, 0),
    ...(isLinked(predecessor) && { expectedJobs: predecessor.record.job_count }),
    listingsEnded: countLists(steps.slice(0, position)),
    listings: countLists(steps),
    counts: countsOf(state, counts),
    elapsedMs: clock.now() - state.startedAt,
    remainingMs: endsAt - clock.monotonic(),
  };
}

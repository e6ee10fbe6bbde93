import type { Continuation } from '../contract/event.ts';
import { eventKey, stateBlobKey, stateKey } from '../contract/keys.ts';
import type { Clock, LongRuns, Ports, SnapshotStore } from '../ports.ts';
import { refuseSuperseded } from './attempts.ts';
import type { ListingRun } from './list-jobs.ts';
import { continuationOf, type LongRun } from './long-run.ts';
import type { SnapshotRequest } from './request.ts';
import { savePredecessor, savePredecessorMarks } from './saved-predecessor.ts';
import { type SavedRun, saveState } from './saved-run.ts';
import { putTree } from './stored-tree.ts';
import { JSON_TYPE, textObject } from './text-object.ts';
import { tryAbortUpload } from './try-abort-upload.ts';

/**
 * Puts the event of a run that may outlast an invocation. It comes before the first page, so that a history which does not
 * know such runs refuses them at once.
 */
export async function putEvent(
  { run, event }: LongRun,
  request: SnapshotRequest,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<void> {
  await store.putIfAbsent(textObject(eventKey({ ...request, run }), JSON.stringify(event), JSON_TYPE), signal);
}

/**
 * Puts what another invocation needs to go on with a run: what is left of its rows if it makes a part, and its state.
 *
 * The head of the state comes last and under a key that all attempts of the invocation share: so one of them is gone on with.
 */
export async function putState(
  run: LongRun,
  { state, objects, details }: ListingRun,
  { store, source }: Ports,
  signal: AbortSignal,
): Promise<void> {
  const { request } = state;
  await refuseSuperseded(run, request, store, signal);
  const saved = await objects.suspend(signal);
  const identity = { ...request, run: run.run };
  const following = run.invocation + 1;
  let blobs = 0;
  const put = (tree: unknown) =>
    putTree(tree, () => stateBlobKey(identity, following, run.attempt, blobs++), store, signal);
  const before = run.savedPredecessor ?? (await put(savePredecessor(state.predecessor)));
  const whole: SavedRun = {
    ...saveState(state, source.counts),
    before,
    marks: savePredecessorMarks(state.predecessor),
    objects: saved,
    upload: run.upload.save(),
    ...(details && { details: details.suspend() }),
  };
  const tree = await put(whole);
  await store.putIfAbsent(textObject(stateKey(identity, following), JSON.stringify(tree), JSON_TYPE), signal);
}

/**
 * Has another invocation go on with a run whose state stands.
 *
 * Of the deliveries of the event, each of which has a run of its own, one is gone on with: the first that starts an execution.
 *
 * @returns what goes on: perhaps another run of the same snapshot
 */
export async function startNext(
  run: LongRun,
  request: SnapshotRequest,
  { clock, longRuns }: { readonly clock: Clock; readonly longRuns: LongRuns },
  signal: AbortSignal,
): Promise<Continuation> {
  const next = continuationOf(run, request);
  if (run.isDriven) return next;
  const winner = await longRuns.continuations.start(request, next, signal);
  if (winner.run !== run.run) await tryAbortUpload(clock, (ownSignal) => run.upload.abort(ownSignal));
  return winner;
}

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
 * Puts the event of a run that may be longer than one invocation. It is put before the first page is listed, so that a history
 * that does not support such runs refuses it at once.
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
 * Saves a run so that another invocation can resume it: uploads its pending rows if they are enough for a part, and puts its
 * state.
 *
 * The head of the state is put last, under a key that all attempts of the invocation share, so only one of them is resumed.
 */
export async function putState(
  run: LongRun,
  { state, objects, details }: ListingRun,
  { store, source }: Ports,
  signal: AbortSignal,
): Promise<void> {
  const { request } = state;
  await refuseSuperseded(run, request, store, signal);
  const savedObjects = await objects.suspend(signal);
  const identity = { ...request, run: run.run };
  const following = run.invocation + 1;
  let blobs = 0;
  const put = (tree: unknown) =>
    putTree(tree, () => stateBlobKey(identity, following, run.attempt, blobs++), store, signal);
  const before = run.savedPredecessor ?? (await put(savePredecessor(state.predecessor)));
  const savedRun: SavedRun = {
    ...saveState(state, source.counts),
    before,
    marks: savePredecessorMarks(state.predecessor),
    objects: savedObjects,
    upload: run.upload.save(),
    ...(details && { details: details.suspend() }),
  };
  const tree = await put(savedRun);
  await store.putIfAbsent(textObject(stateKey(identity, following), JSON.stringify(tree), JSON_TYPE), signal);
}

/**
 * Starts the next invocation of a run whose state was saved.
 *
 * Each delivery of an event begins a run of its own. Only the run that starts an execution first is continued.
 *
 * @returns the continuation that runs, perhaps of another run of the same snapshot
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

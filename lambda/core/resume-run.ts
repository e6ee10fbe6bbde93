import { type RunIdentity, stateKey } from '../contract/keys.ts';
import type { SnapshotStore } from '../ports.ts';
import type { SavedPredecessor } from './saved-predecessor.ts';
import type { SavedRun } from './saved-run.ts';
import { UnreadableStateError } from './state-bytes.ts';
import { parseStoredTree, readTree } from './stored-tree.ts';

/** Whether an invocation has handed on what it took up: so it was tried again after its answer got lost. */
export async function hasSavedState(
  run: RunIdentity,
  invocation: number,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<boolean> {
  return (await store.readText(stateKey(run, invocation + 1), signal)) !== undefined;
}

/**
 * Reads what an invocation is to take up.
 *
 * @throws UnreadableStateError; an {@link ExporterError}
 */
export async function readState(
  run: RunIdentity,
  invocation: number,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<SavedRun> {
  const key = stateKey(run, invocation);
  const text = await store.readText(key, signal);
  if (text === undefined) throw new UnreadableStateError(`${key} is gone`);
  return (await readTree(parseStoredTree(text, key), store, signal)) as SavedRun;
}

/**
 * What is known of the snapshot before, without what the run met of it.
 *
 * @throws UnreadableStateError; an {@link ExporterError}
 */
export async function readPredecessor(
  { before }: Pick<SavedRun, 'before'>,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<SavedPredecessor> {
  return (await readTree(before, store, signal)) as SavedPredecessor;
}

import { type RunIdentity, stateKey } from '../contract/keys.ts';
import type { SnapshotStore } from '../ports.ts';
import type { SavedPredecessor } from './saved-predecessor.ts';
import type { SavedRun } from './saved-run.ts';
import { UnreadableStateError } from './state-bytes.ts';
import { parseStoredTree, readTree } from './stored-tree.ts';

/** Whether an invocation has already suspended the run. Then it is being retried, because its answer was lost. */
export async function hasSavedState(
  run: RunIdentity,
  invocation: number,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<boolean> {
  return (await store.readText(stateKey(run, invocation + 1), signal)) !== undefined;
}

/**
 * Reads the state that an invocation resumes from, without the predecessor snapshot.
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
 * Reads the saved predecessor snapshot, without the marks of its jobs.
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

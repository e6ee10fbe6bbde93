import { type RunIdentity, stateKey } from '../contract/keys.ts';
import type { SnapshotStore } from '../ports.ts';
import type { StoredTree } from './hand-on.ts';
import type { SavedPredecessor } from './saved-predecessor.ts';
import type { SavedRun } from './saved-run.ts';
import { UnreadableStateError, unpackState } from './state-bytes.ts';

/** Whether an invocation has handed on what it took up: so it was tried again after its answer got lost. */
export async function hasHandedOn(
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
  return (await readTree(storedTree(text, key), store, signal)) as SavedRun;
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

async function readTree({ head, keys }: StoredTree, store: SnapshotStore, signal: AbortSignal): Promise<unknown> {
  const blobs: Uint8Array[] = [];
  for (const key of keys) {
    const blob = await store.readBytes(key, signal);
    if (blob === undefined) throw new UnreadableStateError(`${key} is gone`);
    blobs.push(blob);
  }
  return unpackState(head, blobs);
}

function storedTree(text: string, key: string): StoredTree {
  try {
    const { head, keys } = JSON.parse(text);
    if (typeof head === 'string' && Array.isArray(keys) && keys.every((one) => typeof one === 'string')) {
      return { head, keys };
    }
  } catch (error) {
    throw new UnreadableStateError(`${key} is no JSON`, { cause: error });
  }
  throw new UnreadableStateError(`${key} does not name a head and the keys of blobs`);
}

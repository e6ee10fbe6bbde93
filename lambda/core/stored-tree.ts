import { createHash } from 'node:crypto';
import type { SnapshotStore, StoredObject } from '../ports.ts';
import { packState, UnreadableStateError, unpackState } from './state-bytes.ts';

/** A packed tree in the store: its head, and the keys of its blobs. */
export interface StoredTree {
  readonly head: string;
  readonly keys: readonly string[];
}

/**
 * Puts the blobs of a tree.
 *
 * @param nextKey returns a new key for each blob
 */
export async function putTree(
  tree: unknown,
  nextKey: () => string,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<StoredTree> {
  const keys: string[] = [];
  const { blobs, head } = packState(tree);
  for (const blob of blobs) {
    const key = nextKey();
    await store.putIfAbsent(bytesObject(key, blob), signal);
    keys.push(key);
  }
  return { head: head(), keys };
}

function bytesObject(key: string, body: Uint8Array): StoredObject {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { key, body, sha256, contentType: 'application/octet-stream' };
}

/**
 * Reads a tree.
 *
 * @throws UnreadableStateError; an {@link ExporterError}
 */
export async function readTree(
  { head, keys }: StoredTree,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<unknown> {
  const blobs: Uint8Array[] = [];
  for (const key of keys) {
    const blob = await store.readBytes(key, signal);
    if (blob === undefined) throw new UnreadableStateError(`${key} is gone`);
    blobs.push(blob);
  }
  return unpackState(head, blobs);
}

/**
 * Parses a stored tree from JSON.
 *
 * @throws UnreadableStateError
 */
export function parseStoredTree(text: string, key: string): StoredTree {
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

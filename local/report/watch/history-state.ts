import { createHash } from 'node:crypto';
import { HEALTH_KEY } from '../../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../../lambda/errors.ts';
import type { Archive, StoredKey } from '../../verify/archive.ts';
import { parseKey } from '../../verify/parse-key.ts';
import { matchesSelection, prefixOf, type ReportSelection } from '../find-snapshots.ts';

export interface HistoryStateProps {
  readonly archive: Archive;
  readonly selection: ReportSelection;
  /** Called if a record is gone or has changed: the history was replaced by another. */
  onReplaced(): void;
}

/**
 * Returns a function that computes a hash of the history's state from a listing: the selected records, which are written
 * last, and the hub's newest check.
 */
export function historyStateReader({ archive, selection, onReplaced }: HistoryStateProps): () => Promise<string> {
  let before = new Map<string, string>();
  return async () => {
    const hash = createHash('sha256');
    const now = new Map<string, string>();
    const add = (stored: StoredKey) => hash.update(`${stored.key} ${stampOf(stored)}\n`);
    for await (const stored of archive.list(prefixOf(selection))) {
      const identity = parseKey(stored.key);
      if (!identity || !matchesSelection(identity, selection)) continue;
      add(stored);
      now.set(stored.key, stampOf(stored));
    }
    const health = await findHealth(archive);
    if (health) add(health);
    for (const [key, stamp] of before) {
      if (now.get(key) === stamp) continue;
      onReplaced();
      break;
    }
    before = now;
    return hash.digest('hex');
  };
}

function stampOf({ bytes, modifiedAt }: StoredKey): string {
  return `${bytes} ${modifiedAt ?? ''}`;
}

/** Without permission to read it, the page is made without it. */
async function findHealth(archive: Archive): Promise<StoredKey | undefined> {
  try {
    return await archive.find(HEALTH_KEY);
  } catch (error) {
    if (error instanceof StoreRefusedError) return undefined;
    throw error;
  }
}

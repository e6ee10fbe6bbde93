import { createHash } from 'node:crypto';
import { HEALTH_KEY } from '../../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../../lambda/errors.ts';
import type { Archive, StoredKey } from '../../verify/archive.ts';
import { parseKey } from '../../verify/parse-key.ts';
import { isOf, prefixOf, type ReportSelection } from '../find-snapshots.ts';

export interface LookProps {
  readonly archive: Archive;
  readonly selection: ReportSelection;
  /** A record that was there is gone or another: somebody has put another history in the place of this one. */
  onReplaced(): void;
}

/**
 * Tells one state of a history from another by what a listing shows: the records that are asked for, which are written last,
 * and the newest look at the exports.
 */
export function looking({ archive, selection, onReplaced }: LookProps): () => Promise<string> {
  let before = new Map<string, string>();
  return async () => {
    const hash = createHash('sha256');
    const now = new Map<string, string>();
    const add = (stored: StoredKey) => hash.update(`${stored.key} ${stampOf(stored)}\n`);
    for await (const stored of archive.list(prefixOf(selection))) {
      const identity = parseKey(stored.key);
      if (!identity || !isOf(identity, selection)) continue;
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

/** Whoever may not read it has a page without it. */
async function findHealth(archive: Archive): Promise<StoredKey | undefined> {
  try {
    return await archive.find(HEALTH_KEY);
  } catch (error) {
    if (error instanceof StoreRefusedError) return undefined;
    throw error;
  }
}

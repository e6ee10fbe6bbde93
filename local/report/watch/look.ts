import { createHash } from 'node:crypto';
import { HEALTH_KEY } from '../../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../../lambda/errors.ts';
import type { Archive, StoredKey } from '../../verify/archive.ts';
import { parseKey } from '../../verify/parse-key.ts';
import { type Asked, isOf, prefixOf } from '../find-snapshots.ts';

/**
 * Tells one state of a history from another by what a listing shows: the records that are asked for, which are written last,
 * and the newest look at the exports.
 */
export async function lookAt(archive: Archive, asked: Asked): Promise<string> {
  const hash = createHash('sha256');
  const add = ({ key, bytes, modifiedAt }: StoredKey) => hash.update(`${key} ${bytes} ${modifiedAt ?? ''}\n`);
  for await (const stored of archive.list(prefixOf(asked))) {
    const identity = parseKey(stored.key);
    if (identity && isOf(identity, asked)) add(stored);
  }
  const health = await findHealth(archive);
  if (health) add(health);
  return hash.digest('hex');
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

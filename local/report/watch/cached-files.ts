import { parseKey } from '../../verify/parse-key.ts';
import type { LocalFiles } from '../fetch.ts';

export interface CachedFiles extends LocalFiles {
  /** Empties the cache, because a file may be damaged or belong to another history. */
  forget(): void;
}

/** Fetches each object once: the objects of a snapshot never change. */
export function cachedFiles(files: LocalFiles): CachedFiles {
  const fetched = new Set<string>();
  return {
    directory: files.directory,
    async fetch(keys, onFetched) {
      const wanted = keys.filter((key) => !fetched.has(key));
      const fetchedBefore = keys.length - wanted.length;
      await files.fetch(wanted, (count) => onFetched(fetchedBefore + count));
      // The hub's newest check is not cached: the next one overwrites it.
      for (const key of wanted) if (parseKey(key)) fetched.add(key);
    },
    forget: () => fetched.clear(),
    close: () => files.close(),
  };
}

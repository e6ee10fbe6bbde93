import { parseKey } from '../../verify/parse-key.ts';
import type { LocalFiles } from '../fetch.ts';

export interface KeptFiles extends LocalFiles {
  /** Fetches all anew from now on, as one of them may be damaged, or another. */
  forget(): void;
}

/** Files of which each is fetched once: the objects of a snapshot never change. */
export function keptFiles(files: LocalFiles): KeptFiles {
  const kept = new Set<string>();
  return {
    directory: files.directory,
    async bring(keys, onArrival) {
      const wanted = keys.filter((key) => !kept.has(key));
      const there = keys.length - wanted.length;
      await files.bring(wanted, (count) => onArrival(there + count));
      // The newest look at the exports is written over by the next.
      for (const key of wanted) if (parseKey(key)) kept.add(key);
    },
    forget: () => kept.clear(),
    close: () => files.close(),
  };
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TooManyKeysError } from '../../hub/errors.ts';
import type { SnapshotKeys } from '../../hub/ports.ts';
import { recordKey } from '../../lambda/contract/keys.ts';
import { directoryError } from '../directory-error.ts';
import { directoryArchive } from '../verify/directory-archive.ts';

/** Lists the keys of snapshots in a directory. */
export function directoryKeys(root: string): SnapshotKeys {
  const archive = directoryArchive(root);
  return {
    async folders(prefix, most) {
      const found = await readdir(join(root, ...prefix.split('/')), { withFileTypes: true }).catch((error) => {
        if (error.code === 'ENOENT') return [];
        throw directoryError(error, root);
      });
      if (found.length > most) throw new TooManyKeysError(prefix, most);
      return found.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
    },

    async *keys(prefix, after = '') {
      const keys: string[] = [];
      for await (const { key } of archive.list(prefix.replace(/\/[^/]*$/, ''))) {
        if (key.startsWith(prefix) && key > after) keys.push(key);
      }
      yield* keys.sort();
    },

    async readRecord(of, signal) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await archive.read(recordKey(of))) chunks.push(chunk);
      signal.throwIfAborted();
      return Buffer.concat(chunks).toString();
    },
  };
}

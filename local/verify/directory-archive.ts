import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';
import type { Archive, StoredKey } from './archive.ts';

/** A directory of snapshots. It keeps no checksums beside the files. */
export function directoryArchive(root: string): Archive {
  const pathOf = (key: string) => join(root, ...key.split('/'));
  return {
    async *list(prefix) {
      if (!(await isDirectory(root))) throw new StoreRefusedError(`There is no directory ${root}`);
      if (await isDirectory(pathOf(prefix))) yield* walk(pathOf(prefix), prefix);
    },
    read: async (key) => createReadStream(pathOf(key)),
    keptSha256: async () => undefined,
  };
}

async function* walk(folder: string, key: string): AsyncIterable<StoredKey> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const [path, below] = [join(folder, entry.name), `${key}/${entry.name}`];
    if (entry.isDirectory()) yield* walk(path, below);
    else yield { key: below, bytes: (await stat(path)).size };
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

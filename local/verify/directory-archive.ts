import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExporterError, StoreRefusedError, StoreUnavailableError } from '../../lambda/errors.ts';
import { AbsentObjectError, type Archive, BrokenBodyError, type StoredKey } from './archive.ts';

/** Maximum depth of folders, since symbolic links can form a cycle. The data contract has five levels. */
const MAX_DEPTH = 10;
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);
/** Errors of the file system that a retry does not change. */
const REFUSED = new Set(['EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'ENAMETOOLONG']);

/** A directory of snapshots. It has no stored checksums. */
export function directoryArchive(root: string): Archive {
  const pathOf = (key: string) => join(root, ...key.split('/'));
  return {
    async *list(prefix) {
      if (!(await statOf(root))?.isDirectory()) throw new StoreRefusedError(`There is no directory ${root}`);
      if ((await statOf(pathOf(prefix)))?.isDirectory()) yield* walk(pathOf(prefix), prefix, MAX_DEPTH);
    },
    async find(key) {
      const stats = await statOf(pathOf(key));
      return stats && storedKey(key, stats);
    },
    async read(key) {
      const path = pathOf(key);
      const stats = await statOf(path);
      if (!stats) throw new AbsentObjectError(`There is no file ${path}`);
      // Opening a named pipe would block until something writes to it.
      if (!stats.isFile()) throw new StoreRefusedError(`Cannot read ${path}: it is not a regular file`);
      return bytesOf(path);
    },
    storedSha256: async () => undefined,
  };
}

async function* bytesOf(path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk;
  } catch (error) {
    throw readError(error, path);
  }
}

async function* walk(folder: string, key: string, depth: number): AsyncIterable<StoredKey> {
  for (const name of (await namesIn(folder)).sort()) {
    const [path, below] = [join(folder, name), `${key}/${name}`];
    const stats = await statOf(path);
    if (stats?.isDirectory() && depth > 0) yield* walk(path, below, depth - 1);
    // A dangling link is listed, too. A file that was deleted just now is looked up again later.
    else yield stats ? storedKey(below, stats) : { key: below, bytes: 0 };
  }
}

function storedKey(key: string, { size, mtimeMs }: Stats): StoredKey {
  return { key, bytes: size, modifiedAt: mtimeMs };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (ABSENT.has(codeOf(error))) return [];
    throw readError(error, folder);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (ABSENT.has(codeOf(error)) || codeOf(error) === 'ELOOP') return undefined;
    throw readError(error, path);
  }
}

function readError(error: unknown, path: string): ExporterError {
  const { message } = error as Error;
  const cause = { cause: error };
  const code = codeOf(error);
  if (ABSENT.has(code)) return new AbsentObjectError(`There is no file ${path}`, cause);
  if (REFUSED.has(code)) {
    return new StoreRefusedError(`Cannot read ${path} (${message}): give yourself the permission to read it`, cause);
  }
  if (code === 'EIO') return new BrokenBodyError(`Cannot read ${path} (${message}): check the disk`, cause);
  return new StoreUnavailableError(`Cannot read ${path} (${message}): check the file system, then run again`, cause);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

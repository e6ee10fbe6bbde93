import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, link, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256OfStream } from '../lambda/aws/sha256.ts';
import type { SnapshotStore, StoredObject } from '../lambda/ports.ts';
import { directoryError } from './directory-error.ts';

/** Folder of incomplete files. No table reads it. */
const INCOMPLETE = '.incomplete';
/** An older file in there was left by a killed run: no write takes so long. */
const STALE_MS = 3_600_000;

/**
 * Opens a directory as a snapshot store, with the keys of the data contract.
 *
 * Readers see a whole file or none: a file is written to another folder, flushed to disk, and linked to its name. The
 * link fails if the name exists.
 *
 * @throws StoreRefusedError if the directory cannot be created or written
 */
export async function openDirectoryStore(root: string): Promise<SnapshotStore> {
  const incomplete = join(root, INCOMPLETE);
  await refusing(root, undefined, async () => {
    await makeFolder(incomplete);
    await Promise.all([root, incomplete].map((folder) => access(folder, constants.W_OK)));
    await sweep(incomplete);
  });
  const pathOf = (key: string) => join(root, ...key.split('/'));

  return {
    readText: (key, signal) =>
      refusing(root, signal, () => unlessAbsent(readFile(pathOf(key), { encoding: 'utf8', signal }))),
    readBytes: (key, signal) => refusing(root, signal, () => unlessAbsent(readFile(pathOf(key), { signal }))),
    sha256: (key, signal) =>
      refusing(root, signal, () => unlessAbsent(sha256OfStream(createReadStream(pathOf(key), { signal })))),
    putIfAbsent: (object, signal) =>
      refusing(root, signal, () => putFile(incomplete, pathOf(object.key), object, signal)),
  };
}

async function putFile(incomplete: string, path: string, { body }: StoredObject, signal: AbortSignal) {
  const temporary = join(incomplete, randomUUID());
  try {
    await writeFile(temporary, body, { flag: 'wx', flush: true, signal });
    await makeFolder(dirname(path));
    signal.throwIfAborted();
    if (!(await linkIfAbsent(temporary, path))) return false;
    await flushFolder(dirname(path));
    return true;
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/**
 * Creates a folder and its missing parents. Node's recursive mkdir loops endlessly below folders in which none can be
 * created, such as /proc.
 */
async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  if ((await unlessAbsent(stat(above))) === undefined && above !== path) await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    const isFolder = codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory();
    if (!isFolder) throw error;
  }
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Flushes a folder, so that a power failure cannot leave a record without its rows. Not possible, and not needed, on
 * Windows.
 */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sweep(incomplete: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(incomplete)) {
    const path = join(incomplete, name);
    const stats = await unlessAbsent(stat(path));
    if (stats && now - stats.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function refusing<T>(root: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Node throws its own AbortError instead of the signal's reason.
    signal?.throwIfAborted();
    throw directoryError(error, root);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

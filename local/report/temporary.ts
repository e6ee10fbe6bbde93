import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';

/** What is to go when the process ends before whoever made it has removed it, as at Ctrl-C. */
const paths = new Set<string>();
let isListening = false;

/** Removes a file or directory when the process ends, until {@link remove} has done so. */
export function removeAtExit(path: string): void {
  paths.add(path);
  if (isListening) return;
  isListening = true;
  process.once('exit', removeAll);
}

export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  paths.delete(path);
}

/**
 * Makes a directory that goes with {@link remove}, or with the process.
 *
 * @throws StoreRefusedError where the system has no room for it
 */
export async function temporaryDirectory(prefix: string): Promise<string> {
  try {
    const path = await mkdtemp(join(tmpdir(), prefix));
    removeAtExit(path);
    return path;
  } catch (error) {
    throw temporaryError(error);
  }
}

export function temporaryError(error: unknown): StoreRefusedError {
  return new StoreRefusedError(
    `No temporary file can be written in ${tmpdir()} (${(error as Error).message}): name another directory with TMPDIR`,
    { cause: error },
  );
}

/** In one go: at the end of a process nothing is waited for. */
function removeAll(): void {
  for (const path of paths) {
    try {
      // A thread may be writing into it still.
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Nobody is there any more to be told.
    }
  }
}

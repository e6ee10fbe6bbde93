import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';

/** Paths to remove if the process ends before their owner has removed them, as at Ctrl-C. */
const pathsToRemove = new Set<string>();
let isListening = false;

/** Removes a file or directory when the process ends, unless {@link remove} has done so before. */
export function removeAtExit(path: string): void {
  pathsToRemove.add(path);
  if (isListening) return;
  isListening = true;
  process.once('exit', removeAll);
}

export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  pathsToRemove.delete(path);
}

/**
 * Creates a directory that {@link remove} removes, or the end of the process.
 *
 * @throws StoreRefusedError if the system cannot create it
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

/** Synchronous, because at the exit of a process nothing is awaited. */
function removeAll(): void {
  for (const path of pathsToRemove) {
    try {
      // A thread may still be writing into it.
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // The process ends: nothing can handle the error.
    }
  }
}

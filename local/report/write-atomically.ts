import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';
import { remove, removeAtExit } from './temporary.ts';

export interface OutputFile {
  readonly path: string;
  readonly text: string;
  /** What the file is, as the beginning of an error message. */
  readonly what: string;
  /** The command line option for its path. */
  readonly option: string;
}

/**
 * Writes files under temporary names, and renames them when all are written: readers see the old file or the complete new
 * one. A path that is not a regular file, such as a pipe, is written to directly.
 *
 * @throws StoreRefusedError if one cannot be written; the others then stay as they were
 */
export async function writeAtomically(files: readonly OutputFile[]): Promise<void> {
  const written: { readonly from: string; readonly to: string; readonly file: OutputFile }[] = [];
  try {
    for (const file of files) {
      await wrapErrors(file, async () => {
        await mkdir(dirname(resolve(file.path)), { recursive: true });
        const existing = await existingFile(file.path);
        if (existing && !existing.isFile) return await writeFile(file.path, file.text);
        const to = existing?.path ?? resolve(file.path);
        const from = join(dirname(to), `.${basename(to)}.${randomUUID()}.tmp`);
        written.push({ from, to, file });
        removeAtExit(from);
        await writeFile(from, file.text, { flag: 'wx', ...(existing && { mode: existing.mode }) });
      });
    }
    for (const { from, to, file } of written) await wrapErrors(file, () => rename(from, to));
  } finally {
    // Does nothing for those that were renamed.
    for (const { from } of written) await remove(from);
  }
}

/** The existing file, with links resolved. */
async function existingFile(path: string): Promise<{ path: string; isFile: boolean; mode: number } | undefined> {
  try {
    const found = await stat(path);
    // A pipe behind /dev/stdout has no path.
    const real = found.isFile() ? await realpath(path) : path;
    return { path: real, isFile: found.isFile(), mode: found.mode };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function wrapErrors({ path, what, option }: OutputFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message } = error as Error;
    throw new StoreRefusedError(
      `${what} cannot be written to ${path} (${message}): choose another file with ${option}`,
      {
        cause: error,
      },
    );
  }
}

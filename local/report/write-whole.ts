import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';
import { remove, removeAtExit } from './temporary.ts';

export interface WholeFile {
  readonly path: string;
  readonly text: string;
  /** What the file is, as the beginning of a sentence. */
  readonly what: string;
  /** The option that names it. */
  readonly option: string;
}

/**
 * Writes files beside their places, and moves them there when all are written: whoever reads one sees the one before or
 * this one, whole. What is no regular file, such as a pipe, is written to as it is.
 *
 * @throws StoreRefusedError where one cannot be written; the others then stay as they were
 */
export async function writeWhole(files: readonly WholeFile[]): Promise<void> {
  const written: { readonly from: string; readonly to: string; readonly file: WholeFile }[] = [];
  try {
    for (const file of files) {
      await refusing(file, async () => {
        await mkdir(dirname(resolve(file.path)), { recursive: true });
        const there = await existing(file.path);
        if (there && !there.isFile) return await writeFile(file.path, file.text);
        const to = there?.path ?? resolve(file.path);
        const from = join(dirname(to), `.${basename(to)}.${randomUUID()}.tmp`);
        written.push({ from, to, file });
        removeAtExit(from);
        await writeFile(from, file.text, { flag: 'wx', ...(there && { mode: there.mode }) });
      });
    }
    for (const { from, to, file } of written) await refusing(file, () => rename(from, to));
  } finally {
    // Of those that were moved there is nothing left.
    for (const { from } of written) await remove(from);
  }
}

/** What is there already, where a link leads to. */
async function existing(path: string): Promise<{ path: string; isFile: boolean; mode: number } | undefined> {
  try {
    const found = await stat(path);
    // A pipe that /dev/stdout leads to has no path.
    const real = found.isFile() ? await realpath(path) : path;
    return { path: real, isFile: found.isFile(), mode: found.mode };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function refusing({ path, what, option }: WholeFile, work: () => Promise<void>): Promise<void> {
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

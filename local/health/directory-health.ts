import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HealthStore } from '../../hub/ports.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { directoryError } from '../directory-error.ts';

/** Stores the newest health check in a directory. Readers see either the previous or the new one, never a part. */
export function directoryHealth(root: string): HealthStore {
  const path = join(root, ...HEALTH_KEY.split('/'));
  const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw directoryError(error, root);
    }
  };
  const textOf = async () =>
    await readFile(path, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  return {
    read: () =>
      refusing(async () => {
        const text = await textOf();
        return text === undefined ? undefined : { text, version: versionOf(text) };
      }),

    put: (text, over) =>
      refusing(async () => {
        const existing = await textOf();
        if ((existing === undefined ? undefined : versionOf(existing)) !== over) return false;
        await mkdir(dirname(path), { recursive: true });
        // Tables ignore names that begin with a dot.
        const temporary = join(dirname(path), `.${process.pid}.incomplete`);
        await writeFile(temporary, text, { flush: true });
        await rename(temporary, path);
        return true;
      }),
  };
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

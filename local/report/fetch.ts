import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExporterError } from '../../lambda/errors.ts';
import type { Archive } from '../verify/archive.ts';
import { remove, temporaryDirectory, temporaryError } from './temporary.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/** Objects that are fetched at the same time. */
const CONCURRENCY = 16;

/** Where DuckDB finds the files of an archive. */
export interface LocalFiles {
  readonly directory: string;
  /** Sees to it that these objects are there. */
  bring(keys: readonly string[], onArrival: (count: number) => void): Promise<void>;
  close(): Promise<void>;
}

/** The files of a directory are there already. */
export function filesOfDirectory(directory: string): LocalFiles {
  return {
    directory,
    async bring(keys) {
      const absent = keys.find((key) => !existsSync(join(directory, key)));
      if (absent !== undefined) throw new UnreadableHistoryError(`${absent} is not in ${directory}`);
    },
    async close() {},
  };
}

/** Fetches objects into a directory of its own, which goes with {@link LocalFiles.close}. */
export async function fetchedFiles(archive: Archive): Promise<LocalFiles> {
  const directory = await temporaryDirectory('iot-jobs-report-');
  return {
    directory,
    async bring(keys, onArrival) {
      let count = 0;
      const fetching = Readable.from(keys).map(
        async (key: string) => {
          const path = join(directory, ...key.split('/'));
          const bytes = await archive.read(key);
          await writing(async () => {
            await mkdir(dirname(path), { recursive: true });
            await pipeline(bytes, createWriteStream(path));
          });
          onArrival(++count);
        },
        { concurrency: CONCURRENCY },
      );
      for await (const _ of fetching);
    },
    close: () => remove(directory),
  };
}

/** What the bucket refuses says so itself; the rest is of this machine's disk. */
async function writing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ExporterError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw temporaryError(error);
  }
}

import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExporterError } from '../../lambda/errors.ts';
import type { Archive } from '../verify/archive.ts';
import { remove, temporaryDirectory, temporaryError } from './temporary.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/** Concurrent fetches. */
const CONCURRENCY = 16;

/** Local files of an archive, for DuckDB. */
export interface LocalFiles {
  readonly directory: string;
  /** Fetches these objects, if they are not there. */
  fetch(keys: readonly string[], onFetched: (count: number) => void): Promise<void>;
  close(): Promise<void>;
}

/** Files of a history in a directory: there is nothing to fetch. */
export function filesOfDirectory(directory: string): LocalFiles {
  return {
    directory,
    async fetch(keys) {
      const absent = keys.find((key) => !existsSync(join(directory, key)));
      if (absent !== undefined) throw new UnreadableHistoryError(`${absent} is not in ${directory}`);
    },
    async close() {},
  };
}

/** Fetches objects into a temporary directory, which {@link LocalFiles.close} removes. */
export async function fetchedFiles(archive: Archive): Promise<LocalFiles> {
  const directory = await temporaryDirectory('iot-jobs-report-');
  return {
    directory,
    async fetch(keys, onFetched) {
      let count = 0;
      const fetching = Readable.from(keys).map(
        async (key: string) => {
          const path = join(directory, ...key.split('/'));
          const bytes = await archive.read(key);
          await writeLocally(async () => {
            await mkdir(dirname(path), { recursive: true });
            await pipeline(bytes, createWriteStream(path));
          });
          onFetched(++count);
        },
        { concurrency: CONCURRENCY },
      );
      for await (const _ of fetching);
    },
    close: () => remove(directory),
  };
}

/** Turns errors of this machine's disk into StoreRefusedError; errors of the bucket stay as they are. */
async function writeLocally(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ExporterError || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw temporaryError(error);
  }
}

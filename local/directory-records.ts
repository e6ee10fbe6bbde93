import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abortable } from '../lambda/aws/abortable.ts';
import {
  changesKey,
  detailsKey,
  jobsKey,
  recordKey,
  recordsPrefix,
  type SnapshotIdentity,
  snapshotOfRecord,
} from '../lambda/contract/keys.ts';
import { StoreRefusedError } from '../lambda/errors.ts';
import type { ExportRecords } from '../lambda/ports.ts';
import { directoryError } from './directory-error.ts';

/** The records of exports in a directory of snapshots. */
export function directoryRecords(root: string): ExportRecords {
  const pathOf = (key: string) => join(root, ...key.split('/'));

  /** The folders of days, latest first. */
  async function daysOf(like: SnapshotIdentity, signal: AbortSignal): Promise<string[]> {
    const prefix = recordsPrefix(like).slice(0, -1);
    const names = await reading(root, signal, () => namesIn(pathOf(prefix)));
    const days = names.filter((name) => name.startsWith('dt='));
    return days
      .sort()
      .reverse()
      .map((name) => `${prefix}/${name}`);
  }

  /** All snapshots of the export, newest first. */
  async function* newestFirst(like: SnapshotIdentity, signal: AbortSignal): AsyncIterable<SnapshotIdentity> {
    for (const day of await daysOf(like, signal)) {
      const names = await reading(root, signal, () => namesIn(pathOf(day)));
      const snapshots = names.flatMap((name) => snapshotOfRecord(`${day}/${name}`, like) ?? []);
      yield* snapshots.sort((a, b) => b.scheduledAt - a.scheduledAt);
    }
  }

  return {
    async hasLater(than, signal) {
      for await (const { scheduledAt } of newestFirst(than, signal)) return scheduledAt > than.scheduledAt;
      return false;
    },
    async *earlier(than, signal) {
      for await (const snapshot of newestFirst(than, signal)) {
        if (snapshot.scheduledAt < than.scheduledAt) yield snapshot;
      }
    },
    readText: (of, signal) =>
      reading(root, signal, () => readFile(pathOf(recordKey(of)), { encoding: 'utf8', signal })),
    readChanges: (of, signal) => reading(root, signal, () => readFile(pathOf(changesKey(of)), { signal })),
    readDetails: (of, signal) => reading(root, signal, () => readFile(pathOf(detailsKey(of)), { signal })),
    async *readRows(of, signal) {
      const stream = createReadStream(pathOf(jobsKey(of)), { signal });
      const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      try {
        for (;;) {
          const { done, value } = await reading(root, signal, () => pieces.next());
          if (done) return;
          yield value;
        }
      } finally {
        stream.destroy();
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Rejects at once when the signal aborts: a network file system may hang, and Node would wait for it. */
async function reading<T>(root: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await abortable(work(), signal);
  } catch (error) {
    // Node throws its own AbortError instead of the signal's reason.
    signal.throwIfAborted();
    const converted = directoryError(error, root);
    if (!(converted instanceof StoreRefusedError)) throw converted;
    const { message } = error as Error;
    throw new StoreRefusedError(
      `Cannot read the history in ${root} (${message}): look whether something has moved or deleted it, and at the permissions`,
      { cause: error },
    );
  }
}

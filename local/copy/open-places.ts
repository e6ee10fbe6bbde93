import { resolve } from 'node:path';
import { StoreUnavailableError } from '../../lambda/errors.ts';
import type { SnapshotStore } from '../../lambda/ports.ts';
import { type PlaceName, parsePlace, readPlace } from '../cli/place.ts';
import type { S3Settings } from '../cli/s3-client-config.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { Archive } from '../verify/archive.ts';
import { openArchive } from '../verify/open-archive.ts';
import type { CopyTarget } from './snapshot-copy.ts';

export interface OpenOptions extends S3Settings {
  readonly dryRun?: boolean | undefined;
}

/**
 * Opens source and target of a copy. A dry run creates nothing in the target, not even its directory.
 *
 * @throws UsageError for invalid places, and if both are the same
 */
export async function openPlaces(
  from: string,
  to: string,
  { dryRun, ...settings }: OpenOptions,
  interrupt: AbortSignal,
): Promise<{ readonly source: Archive; readonly target: CopyTarget }> {
  const [source, target] = [parsePlace(from, '<from>'), parsePlace(to, '<to>')];
  if (canonical(source) === canonical(target)) {
    throw new UsageError(`<from> and <to> are the same place, ${to}: name another one to copy to`);
  }
  const store = dryRun ? undefined : withoutEventWords((await readPlace(to).open(settings, interrupt)).store);
  return {
    source: await openArchive(source, settings),
    target: { archive: await openArchive(target, settings), store },
  };
}

function canonical(place: PlaceName): string {
  return 'directory' in place ? resolve(place.directory) : `s3://${place.bucket}/${place.prefix}`;
}

/** Removes the mention of events from error messages, since a copy has none. */
function withoutEventWords(store: SnapshotStore): SnapshotStore {
  const translated = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      throw new StoreUnavailableError(error.message.replace(' with the same event', ''), { cause: error.cause });
    }
  };
  return {
    readText: (key, signal) => translated(store.readText(key, signal)),
    readBytes: (key, signal) => translated(store.readBytes(key, signal)),
    sha256: (key, signal) => translated(store.sha256(key, signal)),
    putIfAbsent: (object, signal) => translated(store.putIfAbsent(object, signal)),
  };
}

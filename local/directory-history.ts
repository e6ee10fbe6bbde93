import type { History } from '../lambda/ports.ts';
import { directoryRecords } from './directory-records.ts';
import { openDirectoryStore } from './directory-store.ts';

/**
 * A directory that keeps snapshots, and the records in it.
 *
 * @throws StoreRefusedError when the directory cannot be made or written to
 */
export async function openDirectoryHistory(root: string): Promise<History> {
  return { store: await openDirectoryStore(root), records: directoryRecords(root) };
}

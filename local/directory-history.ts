import type { History } from '../lambda/ports.ts';
import { directoryRecords } from './directory-records.ts';
import { openDirectoryStore } from './directory-store.ts';

/**
 * Opens a directory as a history: store and records.
 *
 * @throws StoreRefusedError if the directory cannot be created or written
 */
export async function openDirectoryHistory(root: string): Promise<History> {
  return { store: await openDirectoryStore(root), records: directoryRecords(root) };
}

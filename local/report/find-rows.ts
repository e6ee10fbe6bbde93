import { JOBS_PREFIX } from '../../lambda/contract/keys.ts';
import type { Archive } from '../verify/archive.ts';
import type { Found } from './find-snapshots.ts';

/** Keys of the rows that are there, of some exports. Rows may have expired, or be lost, where their record is not. */
export async function findRows(archive: Archive, found: readonly Found[]): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const { accountId, region, exportName } of found) {
    const prefix = `${JOBS_PREFIX}/account_id=${accountId}/region=${region}/export_name=${exportName}`;
    for await (const { key } of archive.list(prefix)) keys.add(key);
  }
  return keys;
}

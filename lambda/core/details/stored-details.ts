import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { JobDetailsRow, SnapshotRecord } from '../../contract/columns.ts';
import { detailsKey, type SnapshotIdentity } from '../../contract/keys.ts';
import type { ExportRecords } from '../../ports.ts';

/** The object of details does not match its record. */
class DamagedDetailsError extends Error {
  override readonly name = 'DamagedDetailsError';
}

/**
 * Reads the details of a snapshot, in the order of their rows. All of them are in memory, some kilobytes each.
 *
 * @throws DamagedDetailsError if they do not match the record; an {@link ExporterError} if they cannot be read
 */
export async function readDetails(
  snapshot: SnapshotIdentity,
  { detail_count, details_sha256 }: SnapshotRecord,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<JobDetailsRow[]> {
  if (!detail_count) return [];
  const object = await records.readDetails(snapshot, signal);
  const sha256 = createHash('sha256').update(object).digest('hex');
  if (sha256 !== details_sha256) {
    throw new DamagedDetailsError(
      `${detailsKey(snapshot)} is not what its record says: its SHA-256 is ${sha256}, and should be ${details_sha256}. ` +
        'Something other than the exporter wrote or damaged it. Restore an earlier version of the object',
    );
  }
  const text = (await promisify(gunzip)(object)).toString('utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../contract/columns.ts';
import { changesKey, type SnapshotIdentity } from '../contract/keys.ts';
import type { ExportRecords } from '../ports.ts';
import { type ChangeTally, NO_CHANGES, tallyChanges } from './tally-changes.ts';

/** The object of changes does not match its record. */
class DamagedChangesError extends Error {
  override readonly name = 'DamagedChangesError';
}

/**
 * Reads and counts the changes of a snapshot. Returns an error if they cannot be read, `undefined` if the snapshot has no
 * predecessor and so no changes.
 */
export async function readChangeTally(
  snapshot: SnapshotIdentity,
  { change_count, changes_sha256 }: SnapshotRecord,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<ChangeTally | Error | undefined> {
  if (change_count === null) return undefined;
  if (change_count === 0) return NO_CHANGES;
  try {
    const object = await records.readChanges(snapshot, signal);
    const sha256 = createHash('sha256').update(object).digest('hex');
    if (sha256 === changes_sha256) return await tallyChanges(object);
    return new DamagedChangesError(
      `${changesKey(snapshot)} is not what its record says: its SHA-256 is ${sha256}, and should be ${changes_sha256}. ` +
        'Something other than the exporter wrote or damaged it. Restore an earlier version of the object',
    );
  } catch (error) {
    return error as Error;
  }
}

import type { SnapshotRecord } from '../contract/columns.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';
import { snapshotId } from '../contract/keys.ts';

/** The record of a snapshot in the text of an object; `undefined` where it holds none, as an object of zero bytes. */
export function parseRecord(text: string, identity: SnapshotIdentity): SnapshotRecord | undefined {
  const record = parseJson(text) as SnapshotRecord | null | undefined;
  const isRecord =
    record?.snapshot_id === snapshotId(identity) &&
    Array.isArray(record.listings) &&
    typeof record.job_count === 'number' &&
    typeof record.object_key === 'string';
  return isRecord ? record : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

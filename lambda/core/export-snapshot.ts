import type { CompletedAnswer } from '../contract/event.ts';
import { recordKey, snapshotId } from '../contract/keys.ts';
import type { Ports, RecordedSnapshot } from '../ports.ts';
import { beginListing } from './begin-listing.ts';
import { lookBack } from './look-back.ts';
import type { SnapshotRequest } from './request.ts';
import { ObjectWriter } from './snapshot-objects.ts';
import { type Invocation, takeSnapshot } from './take-snapshot.ts';

/**
 * Takes one snapshot: lists the requested jobs and stores rows, changes and record, or completes or returns what another run
 * of the same snapshot has stored. If it throws, it has left nothing that a query can see.
 *
 * @param deadlineAt when to end, in the clock's monotonic time; `Infinity` for no deadline
 * @throws an {@link ExporterError}
 */
export async function exportSnapshot(
  request: SnapshotRequest,
  ports: Ports,
  deadlineAt: number,
): Promise<CompletedAnswer> {
  const invocation = { request, ports, deadlineAt, endsAt: deadlineAt };
  for (;;) {
    const result = await takeSnapshot(invocation, async () => ({
      ...(await beginListing(invocation)),
      objects: await ObjectWriter.begin(),
    }));
    if (result && 'record' in result) return await finishExport(invocation, result);
  }
}

/** Reports a complete snapshot, evaluates alarms, and returns the answer. */
export async function finishExport(
  { request, ports, deadlineAt }: Invocation,
  snapshot: RecordedSnapshot,
): Promise<CompletedAnswer> {
  ports.observer?.snapshotRecorded?.(snapshot);
  await lookBack(request, snapshot, ports, deadlineAt);
  const { record, outcome } = snapshot;
  return {
    snapshotId: snapshotId(request),
    objectKey: record.object_key,
    recordKey: recordKey(request),
    jobCount: record.job_count,
    outcome,
  };
}

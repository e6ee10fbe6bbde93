import type { Continuation, ExportEvent, StoredEvent } from '../contract/event.ts';
import { MAX_PASSED_EVENT_BYTES } from '../contract/event.ts';
import { eventKey } from '../contract/keys.ts';
import type { SnapshotRequest } from './request.ts';
import type { RowsUpload } from './rows-upload.ts';
import type { StoredTree } from './stored-tree.ts';

/** A run that another invocation may resume. */
export interface LongRun {
  /** Id of the run, 16 hexadecimal digits. */
  readonly run: string;
  /** From 1. */
  readonly invocation: number;
  /** From 1, over all invocations: an invocation may be delivered twice, or be retried while it still runs. */
  readonly attempt: number;
  /** Whether the state machine invoked the function, and continues the run by its answer. */
  readonly isDriven: boolean;
  /** The event that requested the snapshot. */
  readonly event: ExportEvent;
  /** When the time limit of the run starts to count, epoch milliseconds. */
  readonly limitStartsAt: number;
  readonly upload: RowsUpload;
  /** The saved predecessor snapshot; absent if the run was not suspended yet. */
  readonly savedPredecessor?: StoredTree;
}

/** The continuation that resumes a run in the next invocation. */
export function continuationOf(run: LongRun, request: SnapshotRequest): Continuation {
  const { id } = run.upload.save();
  return {
    event: passedEvent(run, request),
    run: run.run,
    invocation: run.invocation + 1,
    attempt: run.attempt,
    startedAt: new Date(run.limitStartsAt).toISOString(),
    ...(id !== null && { uploadId: id }),
  };
}

/** The event, or the key of its object: thousands of thing groups do not fit into the input of an execution. */
function passedEvent({ event, run }: LongRun, request: SnapshotRequest): ExportEvent | StoredEvent {
  const isSmall = Buffer.byteLength(JSON.stringify(event)) <= MAX_PASSED_EVENT_BYTES;
  return isSmall
    ? event
    : { export: event.export, scheduledTime: event.scheduledTime, eventKey: eventKey({ ...request, run }) };
}

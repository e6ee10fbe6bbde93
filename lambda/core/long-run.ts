import type { Continuation, ExportEvent, StoredEvent } from '../contract/event.ts';
import { MAX_PASSED_EVENT_BYTES } from '../contract/event.ts';
import { eventKey } from '../contract/keys.ts';
import type { SnapshotRequest } from './request.ts';
import type { RowsUpload } from './rows-upload.ts';
import type { StoredTree } from './stored-tree.ts';

/** A run that may go on in another invocation. */
export interface LongRun {
  /** 16 hexadecimal digits of its own. */
  readonly run: string;
  /** From 1. */
  readonly invocation: number;
  /** From 1, over all invocations: one may be delivered twice, or be tried again while it still runs. */
  readonly attempt: number;
  /** Whether the state machine waits for the answer, and goes on by it. */
  readonly isDriven: boolean;
  /** What asked for the snapshot. */
  readonly event: ExportEvent;
  /** From when its time counts, epoch milliseconds. */
  readonly limitStartsAt: number;
  readonly upload: RowsUpload;
  /** What it knows of the snapshot before, as it was handed on before; absent where it was not. */
  readonly savedPredecessor?: StoredTree;
}

/** What takes up what an invocation hands on. */
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

/** The event, or where it is to be found: thousands of thing groups do not fit into the input of an execution. */
function passedEvent({ event, run }: LongRun, request: SnapshotRequest): ExportEvent | StoredEvent {
  const isSmall = Buffer.byteLength(JSON.stringify(event)) <= MAX_PASSED_EVENT_BYTES;
  return isSmall
    ? event
    : { export: event.export, scheduledTime: event.scheduledTime, eventKey: eventKey({ ...request, run }) };
}

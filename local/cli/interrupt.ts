import type { ExportRecords, JobDescriber, JobSource, Ports, SnapshotStore } from '../../lambda/ports.ts';
import { EXIT } from './exit-codes.ts';

/** The run was stopped by a signal. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`Interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

/**
 * Handles SIGINT and SIGTERM. The listener is permanent: if it were removed before it runs, as by `once`, listeners of
 * libraries, such as the spinner's, would kill the process.
 *
 * @param handle receives the number of signals of the kind so far; the second should end the process at once
 */
function onSignals(handle: (signalName: 'SIGINT' | 'SIGTERM', count: number) => void): void {
  for (const signalName of ['SIGINT', 'SIGTERM'] as const) {
    let count = 0;
    process.on(signalName, () => {
      count += 1;
      handle(signalName, count);
    });
  }
}

/**
 * Ends the process on SIGINT and SIGTERM, with one line and the usual exit code. For commands that only read.
 *
 * @param cleanUp removes temporary files and the like
 */
export function endOnInterrupt(cleanUp: () => void | Promise<void> = () => {}): void {
  onSignals((signalName, count) => {
    if (count > 1) endInterrupted(signalName);
    void Promise.resolve(cleanUp()).finally(() => endInterrupted(signalName));
  });
}

export function endInterrupted(signalName: 'SIGINT' | 'SIGTERM'): never {
  console.error('Interrupted');
  process.exit(signalName === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
}

/** Aborts on SIGINT and SIGTERM with an {@link InterruptedError}. A second signal ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  onSignals((signalName, count) => {
    if (count > 1) endInterrupted(signalName);
    controller.abort(new InterruptedError(signalName));
  });
  return controller.signal;
}

/**
 * Wraps ports so that an interrupt stops them until the first write. From then on the snapshot is complete and takes only
 * moments to store; stopping would leave rows without their record.
 */
export function interruptible(ports: Ports, interrupt: AbortSignal): Ports {
  const either = (signal: AbortSignal) => AbortSignal.any([signal, interrupt]);
  let isStoring = false;
  const stoppable = (signal: AbortSignal) => (isStoring ? signal : either(signal));

  const source: JobSource = {
    counts: ports.source.counts,
    listJobs: (query, signal) => ports.source.listJobs(query, either(signal)),
    thingGroupExists: (name, signal) => ports.source.thingGroupExists(name, either(signal)),
  };
  const { describer } = ports;
  const stoppableDescriber: JobDescriber | undefined = describer && {
    counts: describer.counts,
    describeJob: (jobId, signal) => describer.describeJob(jobId, either(signal)),
  };
  const store: SnapshotStore = {
    readText: (key, signal) => ports.store.readText(key, stoppable(signal)),
    readBytes: (key, signal) => ports.store.readBytes(key, stoppable(signal)),
    sha256: (key, signal) => ports.store.sha256(key, stoppable(signal)),
    async putIfAbsent(object, signal) {
      if (!isStoring) interrupt.throwIfAborted();
      isStoring = true;
      return await ports.store.putIfAbsent(object, signal);
    },
  };
  const records: ExportRecords = {
    hasLater: (than, signal) => ports.records.hasLater(than, stoppable(signal)),
    earlier: (than, signal) => ports.records.earlier(than, stoppable(signal)),
    readText: (of, signal) => ports.records.readText(of, stoppable(signal)),
    readRows: (of, signal) => ports.records.readRows(of, stoppable(signal)),
    readChanges: (of, signal) => ports.records.readChanges(of, stoppable(signal)),
    readDetails: (of, signal) => ports.records.readDetails(of, stoppable(signal)),
  };
  return { ...ports, source, ...(stoppableDescriber && { describer: stoppableDescriber }), store, records };
}

import type { ExportRecords, JobDescriber, JobSource, Ports, SnapshotStore } from '../../lambda/ports.ts';
import { EXIT } from './exit-codes.ts';

/** Somebody stopped the run. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`Interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

/**
 * Listens to Ctrl-C and to a polite kill. The listener stays: one that is removed before it runs, as by `once`, leaves the
 * signal to those of libraries, such as a spinner's, which kill the process.
 *
 * @param handle is told how many signals of the kind have come; the second one is to end the process at once
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
 * Ends the process at Ctrl-C and at a polite kill with one line and the exit code that shells have for it: for commands
 * that only read.
 *
 * @param cleanUp removes what the command must not leave behind, such as temporary files
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

/** Aborts at Ctrl-C and at a polite kill, with an {@link InterruptedError}. A second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  onSignals((signalName, count) => {
    if (count > 1) endInterrupted(signalName);
    controller.abort(new InterruptedError(signalName));
  });
  return controller.signal;
}

/**
 * Ports that an interrupt stops, until the first write: from there on the snapshot is whole and takes only moments to
 * store, and stopping would leave rows without their record.
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

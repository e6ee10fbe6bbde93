import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../../lambda/contract/event.ts';
import { exportInvocation } from '../../lambda/core/export-invocation.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import type { RunObserver, SnapshotStore } from '../../lambda/ports.ts';
import { MINUTES, REQUEST } from './export-run.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryContinuations } from './memory-continuations.ts';
import { historyIn } from './memory-records.ts';
import { MemoryStore } from './memory-store.ts';
import { MemoryUploads } from './memory-uploads.ts';
import { ScriptedSource } from './scripted-source.ts';
import { runExecution } from './state-machine.ts';

/** An invocation's time, milliseconds. */
const INVOCATION_MS = 15 * MINUTES;

/** A run that outlasts an invocation, on a scripted source. Each call takes a minute. */
export function longExport(
  answer: ConstructorParameters<typeof ScriptedSource>[0],
  { maxRunMinutes = 60, ...request }: Partial<SnapshotRequest> = {},
) {
  const clock = new FakeClock('2026-11-23T18:00:02Z');
  const source = new ScriptedSource((query, call) => {
    clock.advance(MINUTES);
    return answer(query, call);
  });
  const store = new MemoryStore();
  const { records } = historyIn(store);
  const uploads = new MemoryUploads(store);
  // Each page makes a part.
  uploads.minPartBytes = 1;
  const continuations = new MemoryContinuations();
  const wanted: SnapshotRequest = { ...REQUEST, maxRunMinutes, ...request };
  const event: ExportEvent = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', maxRunMinutes };
  const observer: RunObserver = {};

  async function invoke(
    { next, execution }: Partial<ContinuationEvent> = {},
    over: Partial<SnapshotStore> = {},
  ): Promise<ExportAnswer> {
    const ports = {
      clock,
      source,
      records,
      store: Object.assign(Object.create(store) as SnapshotStore, over),
      longRuns: { uploads, continuations },
      observer,
    };
    const redrivenAt = execution?.RedriveTime === undefined ? {} : { redrivenAt: Date.parse(execution.RedriveTime) };
    const input = { event, ...(next && { from: next }), ...redrivenAt };
    return await exportInvocation(wanted, ports, clock.monotonic() + INVOCATION_MS, input);
  }

  /** Runs the execution that was started. */
  async function execute(retries = 0) {
    const [execution] = continuations.executions.all;
    if (!execution) throw new Error('No execution was started');
    const answer = await runExecution(execution, (one) => invoke(one), { retries });
    return { answer, execution };
  }

  return { clock, source, store, records, uploads, continuations, wanted, observer, invoke, execute };
}

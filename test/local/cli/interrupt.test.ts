import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { InterruptedError, interruptible } from '../../../local/cli/interrupt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { historyIn, MemoryRecords } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const request = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
  statuses: JOB_STATUSES,
  thingGroups: [],
  thingGroupIds: [],
};
const clock = new FakeClock(request.scheduledAt);
const pages = new ScriptedSource(({ status }) => page([`job-${status}`], undefined, status));
const interruption = new InterruptedError('SIGINT');

test('an interrupt at the last page, before the first write, leaves nothing', async () => {
  const controller = new AbortController();
  const store = new MemoryStore();
  const source = new ScriptedSource(({ status }) => {
    if (status === 'DELETION_IN_PROGRESS') controller.abort(interruption);
    return page([`job-${status}`], undefined, status);
  });
  const run = exportSnapshot(
    request,
    interruptible({ clock, source, ...historyIn(store) }, controller.signal),
    Number.POSITIVE_INFINITY,
  );
  await expect(run).rejects.toBe(interruption);
  expect([...store.objects.keys()]).toEqual([]);
});

test.each([1, 2, 3])('an interrupt at write %i of three lets the snapshot become whole', async (nth) => {
  const controller = new AbortController();
  const store = new MemoryStore();
  let puts = 0;
  store.beforePut = () => {
    puts += 1;
    if (puts === nth) controller.abort(interruption);
  };
  const ports = interruptible({ clock, source: pages, ...historyIn(store) }, controller.signal);
  await expect(exportSnapshot(request, ports, Number.POSITIVE_INFINITY)).resolves.toMatchObject({
    outcome: 'written',
    jobCount: 5,
  });
  expect(store.objects.size).toBe(3);
});

test.each(['snapshots/', 'jobs/'])(
  'an interrupt while %s of the snapshot before are read is one, and leaves nothing',
  async (prefix) => {
    const controller = new AbortController();
    const store = new MemoryStore();
    const before = { ...request, scheduledAt: request.scheduledAt - 60_000 };
    await exportSnapshot(before, { clock, source: pages, ...historyIn(store) }, Number.POSITIVE_INFINITY);
    const existing = new Map(store.objects);
    const records = new MemoryRecords(store);
    records.before = async (key) => {
      if (!key?.startsWith(prefix)) return;
      controller.abort(interruption);
      throw interruption;
    };
    const source = new ScriptedSource(() => page([]));
    const ports = interruptible({ clock, source, store, records }, controller.signal);
    await expect(exportSnapshot(request, ports, Number.POSITIVE_INFINITY)).rejects.toBe(interruption);
    expect([source.queries, store.objects]).toEqual([[], existing]);
  },
);

test('an interrupt while a job is described is one, and leaves nothing', async () => {
  const controller = new AbortController();
  const store = new MemoryStore();
  const described: string[] = [];
  const describer = {
    counts: { calls: 0, throttled: 0 },
    describeJob: (jobId: string, signal: AbortSignal) =>
      new Promise<undefined>((_, reject) => {
        described.push(jobId);
        signal.addEventListener('abort', () => reject(signal.reason));
        controller.abort(interruption);
      }),
  };
  const details = { statuses: ['IN_PROGRESS'], maxJobs: 10 } as const;
  const ports = interruptible({ clock, source: pages, describer, ...historyIn(store) }, controller.signal);
  await expect(exportSnapshot({ ...request, details }, ports, Number.POSITIVE_INFINITY)).rejects.toBe(interruption);
  expect([described, [...store.objects.keys()]]).toEqual([['job-IN_PROGRESS'], []]);
});

describe('a signal beside a library that listens too', () => {
  /** As signal-exit does, which the spinner brings: where its own listener is the only one left it kills the process. */
  const LIBRARY = `process.on('SIGINT', () => { if (process.listenerCount('SIGINT') === 1) process.kill(process.pid, 'SIGKILL'); });`;

  it.each([
    ['endOnInterrupt', 'endOnInterrupt();'],
    ['interruptSignal', `interruptSignal().addEventListener('abort', () => endInterrupted('SIGINT'));`],
  ])('ends the process by one line and 130: %s', async (_name, listen) => {
    const url = pathToFileURL(join(import.meta.dirname, '../../../local/cli/interrupt.ts')).href;
    const script = `import { endInterrupted, endOnInterrupt, interruptSignal } from ${JSON.stringify(url)};
      ${listen} ${LIBRARY} setInterval(() => {}, 1000); console.log('ready');`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.once('data', () => child.kill('SIGINT'));
    const [code, signal] = await once(child, 'close');
    expect([code, signal, err]).toEqual([130, null, 'Interrupted\n']);
  });
});

import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { InterruptedError, interruptible } from '../../../local/cli/interrupt.ts';
import { FakeClock } from '../../support/fake-clock.ts';
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
    interruptible({ clock, source, store }, controller.signal),
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
  const ports = interruptible({ clock, source: pages, store }, controller.signal);
  await expect(exportSnapshot(request, ports, Number.POSITIVE_INFINITY)).resolves.toMatchObject({
    outcome: 'written',
    jobCount: 5,
  });
  expect(store.objects.size).toBe(3);
});

import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import type { RunObserver } from '../../lambda/ports.ts';
import { FakeClock } from './fake-clock.ts';
import { historyIn } from './memory-records.ts';
import { MemoryStore } from './memory-store.ts';
import { ScriptedSource } from './scripted-source.ts';

/** The default request of the tests of the core. */
export const REQUEST: SnapshotRequest = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
  statuses: JOB_STATUSES,
  thingGroups: [],
  thingGroupIds: [],
};
export const JOBS_KEY = jobsKey(REQUEST);
export const RECORD_KEY = recordKey(REQUEST);
export const MINUTES = 60_000;

/** A run of the core on a scripted source, with a clock that advances 100 ms with each call. */
export function setUp(answer: ConstructorParameters<typeof ScriptedSource>[0], store = new MemoryStore()) {
  const clock = new FakeClock('2026-11-23T18:00:02Z');
  const source = new ScriptedSource((query, call) => {
    clock.advance(100);
    return answer(query, call);
  });
  const run = (request: Partial<SnapshotRequest> = {}, observer?: RunObserver) =>
    exportSnapshot(
      { ...REQUEST, ...request },
      { clock, source, ...historyIn(store), observer },
      clock.monotonic() + 15 * MINUTES,
    );
  return { clock, source, store, run };
}

/** Keys of objects that a query would see. */
export const nothingVisible = (store: MemoryStore) => [...store.keys('jobs/'), ...store.keys('snapshots/')];

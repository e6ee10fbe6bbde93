import { gunzipSync } from 'node:zlib';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { historyIn } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { job, ScriptedSource } from '../../support/scripted-source.ts';

const IDS = Array.from({ length: 5000 }, (_, i) => `job-${i}`);

test.each([
  ['the other way round', (ids: readonly string[]) => ids.toReversed()],
  ['from the middle on', (ids: readonly string[]) => [...ids.slice(2500), ...ids.slice(0, 2500)]],
])('jobs that are listed %s are neither missed nor written twice', async (_, order) => {
  const store = new MemoryStore();
  const take = async (scheduledTime: string, ids: readonly string[]) => {
    const scheduledAt = Date.parse(scheduledTime);
    const request = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt };
    // Listed twice, as SCHEDULED is.
    const source = new ScriptedSource(({ status }) => ({
      jobs: status === 'SCHEDULED' ? ids.map((id) => job(id, { status })) : [],
    }));
    await exportSnapshot(
      { ...request, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] },
      { clock: new FakeClock(scheduledAt), source, ...historyIn(store) },
      Number.POSITIVE_INFINITY,
    );
    return request;
  };
  await take('2026-11-23T09:00:00Z', IDS);
  const request = await take('2026-11-23T10:00:00Z', order(IDS));
  const rows = gunzipSync((await store.readBytes(jobsKey(request))) as Uint8Array).toString();
  expect(rows.split('\n').length - 1).toBe(IDS.length);
  expect(store.keys('changes/')).toEqual([]);
});

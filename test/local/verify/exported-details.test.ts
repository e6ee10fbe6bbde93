import { gunzipSync } from 'node:zlib';
import type { JobDetailsRow } from '../../../lambda/contract/columns.ts';
import type { JobStatus } from '../../../lambda/contract/jobs.ts';
import { detailsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { AccessDeniedError, StoreUnavailableError } from '../../../lambda/errors.ts';
import { summarize } from '../../../local/verify/summary.ts';
import { type Finding, verify } from '../../../local/verify/verify.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { memoryArchive } from '../../support/memory-archive.ts';
import { historyIn } from '../../support/memory-records.ts';
import { MemoryStore, parseLines } from '../../support/memory-store.ts';
import { ScriptedDescriber, things } from '../../support/scripted-describer.ts';
import { job, ScriptedSource } from '../../support/scripted-source.ts';

const FIRST = Date.parse('2026-11-23T18:00:00Z');
const HOUR = 3_600_000;
const MUCH_LATER = FIRST + 96 * HOUR;
const identityOf = (hour: number) => ({
  ...{ accountId: '123456789012', region: 'eu-west-1', exportName: 'all' },
  scheduledAt: FIRST + hour * HOUR,
});

/** What a job is at an hour, and how many of its things are done. */
type Fleet = Readonly<Record<string, readonly [status: JobStatus, succeeded: number]>>;

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

async function take(
  hour: number,
  fleet: Fleet,
  { maxJobs = 500, isBlind = false, gone = '', refused = '' } = {},
): Promise<void> {
  const clock = new FakeClock(FIRST + hour * HOUR);
  const source = new ScriptedSource(({ status }) => {
    clock.advance(100);
    return { jobs: Object.entries(fleet).flatMap(([id, [is]]) => (is === status ? [job(id, { status })] : [])) };
  });
  const describer = new ScriptedDescriber((id) => {
    clock.advance(100);
    const [status, succeeded] = fleet[id] as Fleet[string];
    if (id === refused) return new AccessDeniedError('no');
    return id === gone ? undefined : { ...job(id, { status }), things: things({ SUCCEEDED: succeeded }) };
  });
  const statuses: JobStatus[] = ['IN_PROGRESS', 'COMPLETED'];
  const request = {
    ...{ ...identityOf(hour), statuses, thingGroups: [], thingGroupIds: [] },
    details: { statuses: ['IN_PROGRESS' as const], maxJobs },
  };
  const history = historyIn(store);
  history.records.before = (key = '') => {
    if (isBlind && key.startsWith('details/')) throw new StoreUnavailableError('not now');
  };
  await exportSnapshot(request, { clock, source, describer, ...history }, Number.POSITIVE_INFINITY);
}

async function findings(): Promise<Finding[]> {
  const objects = new Map([...store.objects].map(([key, body]) => [key, { body, modifiedAt: FIRST }]));
  return await Array.fromAsync(verify(memoryArchive({ objects }), {}, { now: () => MUCH_LATER }));
}

const problemsIn = (found: readonly Finding[]) => found.flatMap(({ problems }) => problems);
const rowsOf = (hour: number): JobDetailsRow[] =>
  parseLines(gunzipSync(store.objects.get(detailsKey(identityOf(hour))) as Uint8Array).toString());

it('finds nothing wrong with details that the exporter wrote, of jobs that go on, stall, end and are gone', async () => {
  await take(0, { a: ['IN_PROGRESS', 1], b: ['IN_PROGRESS', 1], c: ['IN_PROGRESS', 1] });
  await take(1, { a: ['IN_PROGRESS', 2], b: ['IN_PROGRESS', 1], c: ['IN_PROGRESS', 1] });
  await take(2, { a: ['IN_PROGRESS', 3], b: ['IN_PROGRESS', 1], c: ['COMPLETED', 5] });
  await take(3, { a: ['COMPLETED', 4], b: ['IN_PROGRESS', 1], c: ['COMPLETED', 5] }, { gone: 'a' });
  const found = await findings();
  expect(problemsIn(found)).toEqual([]);
  expect(found.map(({ detailCount }) => detailCount)).toEqual([3, 3, 3, 1]);
  expect(found.flatMap(({ breaks = [], detailsNotCompared = [] }) => [breaks, detailsNotCompared].flat())).toEqual([]);
  const [b] = rowsOf(3);
  expect(b).toMatchObject({ job_id: 'b', progress_since: rowsOf(0)[1]?.described_at });
});

it('finds nothing wrong where there are more jobs than are described: those in turn, and those that are owed', async () => {
  const some: Fleet = { a: ['IN_PROGRESS', 1], b: ['IN_PROGRESS', 1], c: ['IN_PROGRESS', 1] };
  const ended: Fleet = { a: ['COMPLETED', 2], b: ['COMPLETED', 2], c: ['COMPLETED', 2] };
  await take(0, some, { maxJobs: 2 });
  await take(1, some, { maxJobs: 2 });
  await take(2, ended, { refused: 'b' });
  await take(3, ended);
  expect(problemsIn(await findings())).toEqual([]);
  expect([0, 1, 2, 3].map((hour) => rowsOf(hour).map(({ job_id }) => job_id))).toEqual([
    ['a', 'b'],
    ['c', 'a'],
    ['a'],
    ['b', 'c'],
  ]);
  expect(store.record(recordKey(identityOf(1)))).toMatchObject({ details_turn: 'a', details_left_out: 1 });
  expect(store.record(recordKey(identityOf(2)))).toMatchObject({ details_owed: ['b', 'c'], details_left_out: 2 });
});

it('reports a run that could not read the earlier details, and continues from it', async () => {
  const fleet: Fleet = { a: ['IN_PROGRESS', 1] };
  await take(0, fleet);
  await take(1, fleet, { isBlind: true });
  await take(2, fleet);
  const found = await findings();
  expect(problemsIn(found)).toEqual([]);
  expect([1, 2].map((hour) => rowsOf(hour)[0]?.progress_since)).toEqual([null, rowsOf(1)[0]?.described_at]);
  expect(summarize(found).lines.filter((line) => line.includes('gap in the line'))).toEqual([
    'a gap in the line: the details of 20261123T190000Z-all do not say since when jobs have made no progress, nor how fast they are: the details before could not be read',
  ]);
});

it('finds nothing wrong with a snapshot that was taken late', async () => {
  const fleet: Fleet = { a: ['IN_PROGRESS', 1] };
  await take(0, fleet);
  await take(2, fleet);
  await take(1, fleet);
  expect(problemsIn(await findings())).toEqual([]);
  expect(rowsOf(1)).toMatchObject([{ progress_since: null }]);
});

import { gunzipSync } from 'node:zlib';
import type { ChangeRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { runBundle } from '../support/bundle.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';
import type { S3Request } from '../support/s3-request.ts';

const BEFORE = { export: 'all', scheduledTime: '2026-11-23T17:00:00Z', statuses: ['COMPLETED'] };
const EVENT = { ...BEFORE, scheduledTime: '2026-11-23T18:00:00Z' };

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };
let fleet: string[];

/** The shipped bundle, with a snapshot before that it is compared with. */
beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = () => ({ body: { jobs: fleet.map((jobId) => ({ jobId, status: 'COMPLETED' })) } });
  fleet = ['a', 'b'];
  await runBundle(BEFORE, endpoints);
  fleet = ['b', 'c'];
  iot.queries.length = 0;
  s3.requests.length = 0;
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

const own = (prefix: string) =>
  [...s3.objects.keys()].filter((key) => key.startsWith(`history/${prefix}`) && key.includes('T180000Z'));
const body = (prefix: string) => s3.objects.get(own(prefix)[0] as string)?.body as Buffer;
const record = (): SnapshotRecord => JSON.parse(body('snapshots/').toString());
const changeLines = () =>
  parseLines<ChangeRow>(gunzipSync(body('changes/')).toString()).map(({ change, job_id }) => `${change} ${job_id}`);

const isListing = ({ query }: S3Request) => query.has('list-type');
const refused = { status: 403, code: 'AccessDenied' } as const;
/** Refuses the requests that a test selects. */
const refuse = (isRefused: (request: S3Request) => boolean) => {
  s3.before = (request) => (isRefused(request) ? refused : undefined);
};
const isOfChanges = ({ path, query }: S3Request) =>
  path.startsWith('history/changes/') || query.get('prefix')?.startsWith('changes/') === true;

it('writes what changed since, with a handful of requests to S3', async () => {
  const { lines } = await runBundle(EVENT, endpoints);
  expect(changeLines()).toEqual(['APPEARED c', 'VANISHED a']);
  expect(record()).toMatchObject({ previous_snapshot_id: '20261123T170000Z-all', change_count: 2 });
  expect(lines.at(-1)).toMatchObject({ message: 'Snapshot completed', changes: 2 });
  expect(s3.requests.filter(({ method }) => method !== 'PUT').length).toBeLessThanOrEqual(8);
});

it('says in the summary how often it began, where another snapshot came in between', async () => {
  const answer = iot.answer;
  iot.answer = (query, call) => {
    // Half an hour after the snapshot before.
    for (const [key, object] of s3.objects) {
      if (call === 0 && key.startsWith('history/snapshots/'))
        s3.objects.set(key.replace('T170000Z', 'T173000Z'), object);
    }
    return answer(query, call);
  };
  const { lines } = await runBundle(EVENT, endpoints);
  expect(lines.find(({ message }) => message === 'Snapshot completed')).toMatchObject({
    attempts: 2,
    listJobsCalls: 2,
    unlinkedReason: 'UNREADABLE',
  });
});

describe('a history that is older than the exporter, and knows no changes', () => {
  const message = expect.stringMatching(
    /on history\/changes\/.*the history is of an older version.*deploy the history first/,
  );

  it('is reported before anything is listed or written; once it is deployed the same event takes the snapshot', async () => {
    refuse(isOfChanges);
    const { error } = await runBundle(EVENT, endpoints);
    expect(error).toMatchObject({ name: 'StoreRefusedError', message });
    expect([iot.queries, s3.requests.filter(({ method }) => method === 'PUT')]).toEqual([[], []]);
    refuse(() => false);
    expect((await runBundle(EVENT, endpoints)).answer).toMatchObject({ outcome: 'written' });
  });

  it('is reported where it refuses the put only; then the same event completes what exists', async () => {
    refuse((request) => request.method === 'PUT' && isOfChanges(request));
    const { error } = await runBundle(EVENT, endpoints);
    expect(error).toMatchObject({ name: 'StoreRefusedError', message });
    expect([own('jobs/').length, own('snapshots/').length]).toEqual([1, 0]);
    refuse(() => false);
    fleet = [];
    const calls = iot.queries.length;
    expect((await runBundle(EVENT, endpoints)).answer).toMatchObject({ outcome: 'recovered', jobCount: 2 });
    expect([changeLines(), iot.queries.length]).toEqual([['APPEARED c', 'VANISHED a'], calls]);
  });
});

it('fails before it lists where the keys of records may not be listed, and says what to allow', async () => {
  refuse((request) => isListing(request) && request.query.has('start-after'));
  const { error } = await runBundle(EVENT, endpoints);
  expect(error).toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringMatching(/s3:ListBucket on history\/snapshots\/.*allow the action there/),
  });
  expect([iot.queries, own('')]).toEqual([[], []]);
});

describe('rows of the snapshot before', () => {
  const isRead = ({ method, path }: S3Request) => method === 'GET' && path.startsWith('history/jobs/');
  const reads = () => s3.requests.filter(isRead).length;
  const unreadable = (reason: RegExp) => ({
    level: 'WARN',
    message: 'Rows of the snapshot before could not be read: nothing is said of changes, and all ages begin anew',
    reason: expect.stringMatching(reason),
  });

  it('that may not be read leave the snapshot without changes, and the log with the reason', async () => {
    refuse(isRead);
    const { answer, lines } = await runBundle(EVENT, endpoints);
    expect(answer).toMatchObject({ outcome: 'written', jobCount: 2 });
    expect(record()).toMatchObject({ previous_snapshot_id: null, unlinked_reason: 'UNREADABLE', change_count: null });
    expect(lines.filter(({ level }) => level === 'WARN')).toEqual([
      expect.objectContaining(unreadable(/^StoreRefusedError: S3 refused s3:GetObject on history\/jobs\/.*T170000Z/)),
    ]);
    expect(lines.find(({ message }) => message === 'Snapshot completed')).toMatchObject({
      unlinkedReason: 'UNREADABLE',
    });
  });

  it('that break off once are read again', async () => {
    s3.isCut = (request) => isRead(request) && reads() === 1;
    const { lines } = await runBundle(EVENT, endpoints);
    expect([changeLines(), reads(), lines.filter(({ level }) => level === 'WARN')]).toEqual([
      ['APPEARED c', 'VANISHED a'],
      2,
      [],
    ]);
  });

  it('that break off each time are given up', async () => {
    s3.isCut = isRead;
    const { lines } = await runBundle(EVENT, endpoints);
    expect([record().unlinked_reason, reads()]).toEqual(['UNREADABLE', 3]);
    expect(lines.filter(({ level }) => level === 'WARN')).toEqual([
      expect.objectContaining(unreadable(/^StoreUnavailableError: /)),
    ]);
  });

  it('that do not come are given up while a short run has time to list', async () => {
    s3.before = (request) => (isRead(request) ? 'hang' : undefined);
    const { answer, lines } = await runBundle(EVENT, { ...endpoints, remainingMs: 12_000 });
    expect(answer).toMatchObject({ outcome: 'written', jobCount: 2 });
    expect(lines.filter(({ level }) => level === 'WARN')).toEqual([
      expect.objectContaining(unreadable(/^OutOfTimeError: jobs\/.*T170000Z.* was not read within 2 s/)),
    ]);
  });
});

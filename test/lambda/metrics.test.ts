import { METRICS, RUN_METRIC_COUNT } from '../../lambda/contract/metrics.ts';
import { type Invocation, runBundle } from '../support/bundle.ts';
import { type EmfLine, pointsOf } from '../support/emf.ts';
import { type IotAnswer, LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';

const EVENT = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' };
const NO_GROUP: IotAnswer = { status: 404, errorType: 'ResourceNotFoundException', body: { message: 'no group' } };

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

const points = ({ metrics }: Invocation) => pointsOf(metrics);
const counts = (run: Invocation) =>
  Object.fromEntries(
    points(run)
      .filter(([name]) => name.startsWith('JobCount'))
      .map(([name, value]) => [name.slice(9), value]),
  );
const value = (run: Invocation, name: string) => Object.fromEntries(points(run))[`${name} all`];

describe('the metrics of a run', () => {
  it('count what the snapshot holds of a fleet on the move: a job met twice counts once, and zeros are written', async () => {
    iot.answer = ({ status }) =>
      ({
        SCHEDULED: { body: { jobs: [{ jobId: 'moving' }, { jobId: 'waiting' }] } },
        IN_PROGRESS: { body: { jobs: [{ jobId: 'moving' }, { jobId: 'running' }] } },
      })[status ?? ''] ?? { body: { jobs: [] } };
    const run = await runBundle(EVENT, endpoints);
    expect(run.error).toBeUndefined();
    expect(counts(run)).toEqual({
      'all/SCHEDULED': 2,
      'all/IN_PROGRESS': 1,
      'all/COMPLETED': 0,
      'all/CANCELED': 0,
      'all/DELETION_IN_PROGRESS': 0,
    });
    expect([value(run, 'SnapshotCompleted'), value(run, 'ListJobsCalls'), value(run, 'ThrottledCalls')]).toEqual([
      1, 6, 0,
    ]);
    expect(value(run, 'MissingThingGroups')).toBe(0);
    expect(value(run, 'SnapshotDuration')).toBeGreaterThanOrEqual(0);
  });

  it('include every metric that each export is said to have', async () => {
    const run = await runBundle(EVENT, endpoints);
    const names = points(run).flatMap(([name]) => (name.endsWith(' all') ? [name.slice(0, -' all'.length)] : []));
    const ofEachExport = new Set(names.filter((name) => name !== METRICS.oldestInProgressAge));
    expect(ofEachExport.size).toBe(RUN_METRIC_COUNT);
  });

  it('have the time of writing, however late the run is', async () => {
    const before = Date.now();
    const run = await runBundle(EVENT, endpoints);
    const after = Date.now();
    expect(run.metrics.length).toBeGreaterThan(0);
    for (const line of run.metrics as unknown as EmfLine[]) {
      expect(line._aws.Timestamp).toBeGreaterThanOrEqual(before);
      expect(line._aws.Timestamp).toBeLessThanOrEqual(after);
    }
    const delay = (after - Date.parse(EVENT.scheduledTime)) / 1000;
    expect(Math.abs((value(run, 'SnapshotDelay') ?? 0) - delay)).toBeLessThan(10);
  });

  it('give the age of the job in progress that was updated least recently, and 0 where none is in progress', async () => {
    const now = Math.floor(Date.now() / 1000);
    iot.answer = ({ status }) => ({
      body: {
        jobs:
          status === 'IN_PROGRESS'
            ? [
                { jobId: 'a', lastUpdatedAt: now - 60 },
                { jobId: 'b', lastUpdatedAt: now - 7200 },
              ]
            : [{ jobId: 'old', lastUpdatedAt: 1 }],
      },
    });
    const age = value(await runBundle(EVENT, endpoints), 'OldestInProgressAge');
    expect(age).toBeGreaterThanOrEqual(7199);
    expect(age).toBeLessThan(7230);
    iot.answer = () => ({ body: { jobs: [] } });
    const empty = await runBundle({ ...EVENT, scheduledTime: '2026-11-23T19:00:00Z' }, endpoints);
    expect(value(empty, 'OldestInProgressAge')).toBe(0);
    const without = { ...EVENT, scheduledTime: '2026-11-23T20:00:00Z', statuses: ['SCHEDULED'] };
    expect(value(await runBundle(without, endpoints), 'OldestInProgressAge')).toBeUndefined();
  });

  it('give no age where no job in progress says when it was updated', async () => {
    iot.answer = ({ status }) => ({ body: { jobs: status === 'IN_PROGRESS' ? [{ jobId: 'a' }] : [] } });
    expect(value(await runBundle(EVENT, endpoints), 'OldestInProgressAge')).toBeUndefined();
  });

  it('have no point for what is not known of thing groups without jobs', async () => {
    iot.answer = ({ thingGroupName }) => ({ body: { jobs: thingGroupName === 'busy' ? [{ jobId: 'a' }] : [] } });
    iot.describeThingGroup = () => ({ status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } });
    const groups = { statuses: ['IN_PROGRESS'], thingGroups: ['busy', 'idle'], thingGroupIds: ['id-1'] };
    const run = await runBundle({ ...EVENT, ...groups }, endpoints);
    expect(run.answer).toMatchObject({ outcome: 'written' });
    expect(counts(run)).toEqual({ 'all/IN_PROGRESS/busy': 1 });
    expect(value(run, 'MissingThingGroups')).toBeUndefined();
    const warnings = run.lines.filter(({ level }) => level === 'WARN');
    expect(warnings).toMatchObject([
      {
        message: 'Thing group could not be checked',
        thingGroupName: 'idle',
        reason: expect.stringMatching(/iot:DescribeThingGroup/),
      },
    ]);
    const summary = run.lines.find(({ message }) => message === 'Snapshot completed');
    expect(summary).toMatchObject({ missingThingGroups: 0, uncheckedThingGroups: 1 });
  });

  it('count by thing group, write none for a missing one, and count and log that one once', async () => {
    iot.answer = ({ thingGroupName, thingGroupId, status }) =>
      thingGroupName === 'gone'
        ? NO_GROUP
        : { body: { jobs: [{ jobId: `${thingGroupName}${thingGroupId}${status}` }] } };
    const event = {
      ...EVENT,
      statuses: ['SCHEDULED', 'COMPLETED'],
      thingGroups: ['eu', 'gone'],
      thingGroupIds: ['id-1'],
    };
    const run = await runBundle(event, endpoints);
    expect(counts(run)).toEqual({
      'all/SCHEDULED/eu': 1,
      'all/COMPLETED/eu': 1,
      'all/SCHEDULED/id-1': 1,
      'all/COMPLETED/id-1': 1,
    });
    expect(value(run, 'MissingThingGroups')).toBe(1);
    expect(run.lines.filter(({ level }) => level === 'WARN')).toMatchObject([{ thingGroupName: 'gone' }]);
    const summary = run.lines.find(({ message }) => message === 'Snapshot completed');
    expect(summary).toMatchObject({ counts: { SCHEDULED: 2, COMPLETED: 2 }, missingThingGroups: 1 });
  });

  it('leave thing groups out where the event says so', async () => {
    const run = await runBundle({ ...EVENT, thingGroups: ['eu'], metricsPerThingGroup: false }, endpoints);
    expect(counts(run)).toEqual({});
    expect(value(run, 'SnapshotCompleted')).toBe(1);
  });

  it('are each there once for 50 thing groups in 5 statuses, within 100 metrics and 30 dimensions a line', async () => {
    const thingGroups = Array.from({ length: 50 }, (_, index) => `group-${index}`);
    const run = await runBundle({ ...EVENT, thingGroups }, endpoints);
    expect(run.error).toBeUndefined();
    const names = points(run).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.values(counts(run))).toEqual(Array.from({ length: 250 }, () => 0));
    for (const { _aws } of run.metrics as unknown as EmfLine[]) {
      for (const { Dimensions, Metrics } of _aws.CloudWatchMetrics) {
        expect(Metrics.length).toBeLessThanOrEqual(100);
        for (const dimensions of Dimensions) expect(dimensions.length).toBeLessThanOrEqual(30);
      }
    }
  });

  it('say how many calls were throttled, and their share', async () => {
    iot.answer = (_query, call) =>
      call === 0
        ? { status: 429, errorType: 'ThrottlingException', body: { message: 'slow' } }
        : { body: { jobs: [] } };
    const run = await runBundle({ ...EVENT, statuses: ['SCHEDULED'] }, endpoints);
    expect([value(run, 'ListJobsCalls'), value(run, 'ThrottledCalls'), value(run, 'ThrottledPercent')]).toEqual([
      2, 1, 50,
    ]);
  });
});

describe('a run that did not write the record', () => {
  it('writes that no snapshot was completed, and nothing else, when it fails', async () => {
    iot.answer = () => ({ status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } });
    const run = await runBundle(EVENT, endpoints);
    expect([run.error?.name, points(run)]).toEqual(['AccessDeniedError', [['SnapshotCompleted all', 0]]]);
  });

  it('writes none when the event is bad: it has no export that could be named', async () => {
    const run = await runBundle({ ...EVENT, statuses: [] }, endpoints);
    expect([run.error?.name, run.metrics]).toEqual(['BadEventError', []]);
  });

  it('writes that the snapshot is complete, and nothing else, when the answer to its record was lost', async () => {
    s3.after = ({ method, path }) =>
      method === 'PUT' && path.startsWith('history/snapshots/') ? { status: 403, code: 'AccessDenied' } : undefined;
    const first = await runBundle(EVENT, endpoints);
    expect([first.error?.name, points(first)]).toEqual(['StoreRefusedError', [['SnapshotCompleted all', 0]]]);
    s3.after = () => undefined;
    const again = await runBundle(EVENT, endpoints);
    expect([again.answer?.outcome, points(again)]).toEqual(['already-written', [['SnapshotCompleted all', 1]]]);
  });

  it.each([
    [14, [['SnapshotCompleted all', 1]]],
    [16, []],
  ])(
    'of a snapshot that ended %d minutes ago writes %j when the event is delivered again',
    async (minutes, expected) => {
      await runBundle(EVENT, endpoints);
      const key = [...s3.objects.keys()].find((path) => path.startsWith('history/snapshots/')) as string;
      const record = JSON.parse(s3.objects.get(key)?.body.toString() as string);
      const finishedAt = new Date(Date.now() - minutes * 60_000).toISOString().replace('T', ' ').slice(0, 23);
      const body = Buffer.from(`${JSON.stringify({ ...record, started_at: finishedAt, finished_at: finishedAt })}\n`);
      s3.objects.set(key, { body, checksum: undefined });
      const again = await runBundle(EVENT, endpoints);
      expect([again.answer?.outcome, points(again)]).toEqual(['already-written', expected]);
    },
  );

  it('counts from the record that it recovered, and says nothing of calls and ages that the dead run knew', async () => {
    iot.answer = ({ thingGroupName, status }) =>
      thingGroupName === 'gone' ? NO_GROUP : { body: { jobs: status === 'IN_PROGRESS' ? [{ jobId: 'a' }] : [] } };
    const event = { ...EVENT, statuses: ['SCHEDULED', 'IN_PROGRESS'], thingGroups: ['eu', 'gone'] };
    const first = await runBundle(event, endpoints);
    for (const key of s3.objects.keys()) if (key.startsWith('history/snapshots/')) s3.objects.delete(key);
    const recovered = await runBundle(event, endpoints);
    expect(recovered.answer?.outcome).toBe('recovered');
    expect(counts(recovered)).toEqual(counts(first));
    const own = ['ListJobsCalls', 'ThrottledCalls', 'ThrottledPercent', 'OldestInProgressAge'];
    expect(own.map((name) => value(recovered, name))).toEqual(own.map(() => undefined));
    for (const name of ['SnapshotCompleted', 'SnapshotDuration', 'SnapshotDelay', 'MissingThingGroups']) {
      expect(value(recovered, name)).toBe(value(first, name));
    }
  });

  it.each([
    ['could not read the rows of the one before', { unlinked_reason: 'UNREADABLE' }, 1],
    ['was compared with the one before', { previous_snapshot_id: '20261123T170000Z-all', change_count: 0 }, 0],
    ['is the first one', { unlinked_reason: 'FIRST' }, 0],
    ['did not look, for a later one existed already', { unlinked_reason: 'LATE' }, undefined],
    ['is of an older version', {}, undefined],
  ])('says whether rows could not be read, where the snapshot %s', async (_what, fields, expected) => {
    await runBundle(EVENT, endpoints);
    for (const [path, { body }] of s3.objects) {
      if (path.startsWith('history/snapshots/')) s3.objects.delete(path);
      if (!/intents.*json$/.test(path)) continue;
      const { previous_snapshot_id: _, unlinked_reason: __, change_count: ___, ...old } = JSON.parse(body.toString());
      s3.objects.set(path, { body: Buffer.from(`${JSON.stringify({ ...old, ...fields })}\n`), checksum: undefined });
    }
    const recovered = await runBundle(EVENT, endpoints);
    expect(recovered.answer?.outcome).toBe('recovered');
    expect([value(recovered, 'PreviousUnreadable'), value(recovered, 'SnapshotCompleted')]).toEqual([expected, 1]);
    const again = await runBundle(EVENT, endpoints);
    expect([again.answer?.outcome, value(again, 'PreviousUnreadable')]).toEqual(['already-written', undefined]);
  });
});

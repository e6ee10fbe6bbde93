import { type BundleOptions, type Invocation, runBundle } from '../support/bundle.ts';
import { pointsOf } from '../support/emf.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';

const PARTITION = 'account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23';
const CANCELED = { name: 'canceled', movedTo: 'CANCELED', comparison: '>', threshold: 1, forSnapshots: 1 };
const NONE = { name: 'none completed', movedTo: 'COMPLETED', comparison: '<', threshold: 1, forSnapshots: 3 };
const LONG_AGO = Date.parse('2026-01-01T00:00:00Z') / 1000;

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };
/** Jobs by their ids, in the thing groups that are listed. */
let fleet: Record<string, { status: string; groups?: string[]; createdAt?: number }>;

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = ({ status, thingGroupName: group }) => {
    const jobs = Object.entries(fleet)
      .filter(([, job]) => job.status === status && (group === undefined || job.groups?.includes(group)))
      .map(([jobId, job]) => ({ jobId, status, createdAt: job.createdAt ?? LONG_AGO }));
    return { body: { jobs } };
  };
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

async function run(hour: number, event: object, options: Partial<BundleOptions> = {}): Promise<Invocation> {
  const scheduledTime = `2026-11-23T${String(hour).padStart(2, '0')}:00:00Z`;
  const invocation = await runBundle({ export: 'all', scheduledTime, ...event }, { ...endpoints, ...options });
  expect(invocation.error).toBeUndefined();
  return invocation;
}

const all = (status: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`job-${i}`, { status }]));
const pathOf = (prefix: string, hour: number, suffix: string) =>
  `history/${prefix}/${PARTITION}/20261123T${String(hour).padStart(2, '0')}0000Z-all.${suffix}`;
/** Points of changes and of alarms on them. */
const points = ({ metrics }: Invocation) =>
  Object.fromEntries(pointsOf(metrics).filter(([name]) => /^(JobChanges|SnapshotsInBreach)/.test(name)));
const changes = (appeared: number, moved: number, vanished: number) => ({
  'JobChanges all/APPEARED': appeared,
  'JobChanges all/MOVED': moved,
  'JobChanges all/VANISHED': vanished,
});
const inBreach = (canceled: number, none: number) => ({
  'SnapshotsInBreach all/canceled': canceled,
  'SnapshotsInBreach all/none completed': none,
});
const warnings = ({ lines }: Invocation) => lines.filter(({ level }) => level === 'WARN');

it('a day of a fleet: what is unknown has no point, what is zero is zero', async () => {
  const event = { changeMetrics: true, alarms: [CANCELED, NONE] };
  fleet = all('IN_PROGRESS', 5);
  expect(points(await run(0, event))).toEqual({});
  expect(points(await run(1, event))).toEqual({ ...changes(0, 0, 0), ...inBreach(0, 1) });
  fleet = { ...fleet, 'job-0': { status: 'CANCELED' }, 'job-1': { status: 'CANCELED' } };
  expect(points(await run(2, event))).toEqual({ ...changes(0, 2, 0), ...inBreach(1, 2) });
  fleet = { ...fleet, new: { status: 'CANCELED', createdAt: Date.now() / 1000 }, 'job-2': { status: 'CANCELED' } };
  delete fleet['job-3'];
  expect(points(await run(3, event))).toEqual({ ...changes(1, 1, 1), ...inBreach(1, 3) });
  fleet = { ...fleet, 'job-4': { status: 'COMPLETED' } };
  const last = await run(4, event);
  expect(points(last)).toEqual({ ...changes(0, 1, 0), ...inBreach(0, 0) });
  expect(last.metrics.filter((line) => 'JobChanges' in line)).toMatchObject([
    { Export: 'all', Change: 'APPEARED', _aws: { CloudWatchMetrics: [{ Metrics: [{ Unit: 'Count' }] }] } },
    { Change: 'MOVED' },
    { Change: 'VANISHED' },
  ]);
  expect(warnings(last)).toEqual([]);
});

it('changes are counted only where the event asks for them, and read only where something changed', async () => {
  const readsOfChanges = () => s3.requests.filter(({ method, path }) => method === 'GET' && path.includes('/changes/'));
  fleet = all('IN_PROGRESS', 2);
  await run(0, {});
  fleet = all('COMPLETED', 2);
  expect(points(await run(1, {}))).toEqual({});
  expect(points(await run(2, { changeMetrics: true }))).toEqual(changes(0, 0, 0));
  expect(readsOfChanges()).toEqual([]);
});

it('a job in several thing groups is one change, and counts for the alarms of each', async () => {
  const alarms = ['eu', 'us'].map((thingGroup) => ({ ...CANCELED, name: thingGroup, thingGroup, threshold: 0 }));
  const event = { changeMetrics: true, thingGroups: ['eu', 'us'], alarms };
  fleet = { a: { status: 'IN_PROGRESS', groups: ['eu', 'us'] }, b: { status: 'IN_PROGRESS', groups: ['eu'] } };
  await run(0, event);
  fleet = { a: { status: 'CANCELED', groups: ['eu', 'us'] }, b: { status: 'COMPLETED', groups: ['eu'] } };
  expect(points(await run(1, event))).toEqual({
    ...changes(0, 2, 0),
    'SnapshotsInBreach all/eu': 1,
    'SnapshotsInBreach all/us': 1,
  });
});

it('a snapshot that was compared with none says nothing, and is passed over by those after it', async () => {
  const event = { changeMetrics: true, alarms: [NONE] };
  fleet = all('IN_PROGRESS', 2);
  await run(0, event);
  await run(1, event);
  s3.objects.delete(pathOf('jobs', 1, 'ndjson.gz'));
  const unreadable = await run(2, event);
  expect(points(unreadable)).toEqual({});
  expect(Object.fromEntries(pointsOf(unreadable.metrics))).toMatchObject({ 'PreviousUnreadable all': 1 });
  const next = await run(3, event);
  expect(points(next)).toEqual({ ...changes(0, 0, 0), 'SnapshotsInBreach all/none completed': 2 });
  expect(Object.fromEntries(pointsOf(next.metrics))).toMatchObject({ 'PreviousUnreadable all': 0 });
});

it('a late run says nothing of changes, and leaves alarms on them alone', async () => {
  const event = { changeMetrics: true, alarms: [NONE] };
  fleet = all('IN_PROGRESS', 2);
  await run(0, event);
  await run(2, event);
  const late = await run(1, event);
  expect([late.answer?.outcome, points(late)]).toEqual(['written', {}]);
  expect(Object.fromEntries(pointsOf(late.metrics))).not.toHaveProperty('PreviousUnreadable all');
  expect(points(await run(3, event))).toMatchObject({ 'SnapshotsInBreach all/none completed': 2 });
});

it('a recovered snapshot is reported as by the run that wrote it, where it is the newest', async () => {
  const event = { changeMetrics: true, alarms: [CANCELED] };
  fleet = all('IN_PROGRESS', 3);
  await run(0, event);
  fleet = all('CANCELED', 3);
  await run(1, event);
  s3.objects.delete(pathOf('snapshots', 1, 'ndjson'));
  s3.objects.delete(pathOf('changes', 1, 'ndjson.gz'));
  const recovered = await run(1, event);
  expect([recovered.answer?.outcome, points(recovered)]).toEqual([
    'recovered',
    { ...changes(0, 3, 0), 'SnapshotsInBreach all/canceled': 1 },
  ]);

  await run(2, event);
  s3.objects.delete(pathOf('snapshots', 1, 'ndjson'));
  const old = await run(1, event);
  expect([old.answer?.outcome, points(old)]).toEqual(['recovered', { 'SnapshotsInBreach all/canceled': 0 }]);
});

it.each([
  ['refused', { status: 403, code: 'AccessDenied' }, /^StoreRefusedError: S3 refused s3:GetObject/],
  ['gone', { status: 404, code: 'NoSuchKey' }, /^StoreRefusedError: /],
  ['not answered for', 'hang' as const, /^OutOfTimeError: Out of time after \d+ s, while records/],
])('changes whose reading is %s cost neither the snapshot nor its other metrics', async (_what, fault, reason) => {
  const count = { name: 'count', status: 'CANCELED', comparison: '>', threshold: 1, forSnapshots: 2 };
  const event = { changeMetrics: true, alarms: [CANCELED, count] };
  fleet = all('IN_PROGRESS', 2);
  await run(0, event);
  fleet = all('CANCELED', 2);
  s3.before = ({ method, path }) =>
    method === 'GET' && path === pathOf('changes', 1, 'ndjson.gz') ? fault : undefined;
  const failed = await run(1, event, fault === 'hang' ? { remainingMs: 8000 } : {});
  expect(failed.answer?.outcome).toBe('written');
  expect(Object.fromEntries(pointsOf(failed.metrics))).toMatchObject({
    'JobCount all/CANCELED': 2,
    'SnapshotCompleted all': 1,
    ...(fault !== 'hang' && { 'SnapshotsInBreach all/count': 1 }),
  });
  expect(Object.keys(points(failed))).not.toContain('SnapshotsInBreach all/canceled');
  expect(warnings(failed)).toMatchObject([
    {
      message: 'Alarms could not be counted, and keep their state',
      alarms: fault === 'hang' ? ['canceled', 'count'] : ['canceled'],
      reason: expect.stringMatching(reason),
    },
    { message: expect.stringMatching(/^Changes could not be counted/), reason: expect.stringMatching(reason) },
  ]);
});

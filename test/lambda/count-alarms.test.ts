import { type BundleOptions, type Invocation, runBundle } from '../support/bundle.ts';
import { pointsOf } from '../support/emf.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3, type S3Fault } from '../support/loopback-s3.ts';
import type { S3Request } from '../support/s3-request.ts';

const PARTITION = 'account_id=123456789012/region=eu-west-1/export_name=all';
const ABOVE = { name: 'all: more than 2 for 3', status: 'SCHEDULED', comparison: '>', threshold: 2, forSnapshots: 3 };
const BELOW = { name: 'all: at most 9 for 2', status: 'SCHEDULED', comparison: '<=', threshold: 9, forSnapshots: 2 };

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };
/** Jobs that are SCHEDULED now. */
let jobs: number;

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = () => ({ body: { jobs: Array.from({ length: jobs }, (_, i) => ({ jobId: `job-${i}` })) } });
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

interface RunOptions extends Partial<BundleOptions> {
  readonly alarms?: readonly object[] | undefined;
}

/** The run of a scheduled time, `22T18:00`, while so many jobs are SCHEDULED. */
async function run(time: string, count: number, { alarms, ...options }: RunOptions = { alarms: [ABOVE, BELOW] }) {
  jobs = count;
  const event = { export: 'all', scheduledTime: `2026-11-${time}:00Z`, statuses: ['SCHEDULED'], alarms };
  const invocation = await runBundle(event, { ...endpoints, ...options });
  expect(invocation.error).toBeUndefined();
  return invocation;
}

const points = ({ metrics }: Invocation) => Object.fromEntries(pointsOf(metrics));
const inBreach = (run: Invocation) => [ABOVE, BELOW].map(({ name }) => points(run)[`SnapshotsInBreach all/${name}`]);
const recordPath = (time: string) =>
  `history/snapshots/${PARTITION}/dt=2026-11-${time.slice(0, 2)}/202611${time.replace(':', '')}00Z-all.ndjson`;
const summary = ({ lines }: Invocation) => lines.find(({ message }) => message === 'Snapshot completed');
const warnings = ({ lines }: Invocation) => lines.filter(({ level }) => level === 'WARN');

/** Records of others that a run reads, and the number of its listings of records, each counted once for all its pages. */
async function readsOf(time: string, count: number, alarms?: readonly object[]) {
  const from = s3.requests.length;
  await run(time, count, { alarms });
  const requests = s3.requests.slice(from).filter(({ method }) => method === 'GET');
  const listings = requests.filter(
    ({ query }) => query.get('prefix')?.endsWith('/') && !query.has('continuation-token'),
  );
  const records = requests.filter(
    ({ path, query }) => !query.has('list-type') && path.startsWith('history/snapshots/'),
  );
  return { records: records.map(({ path }) => path), listings: listings.length };
}

describe('the snapshots in a row that break a threshold', () => {
  it('are counted through days and pauses, up to what the alarm wants, and not beyond one that is fine', async () => {
    const counts = [
      ['20T23:50', 20, [1, 0]],
      ['21T00:00', 9, [2, 1]],
      ['21T00:10', 2, [0, 2]],
      ['23T12:00', 3, [1, 2]],
      ['23T12:10', 10, [2, 0]],
      ['23T12:20', 10, [3, 0]],
      ['23T12:30', 10, [3, 0]],
      ['23T12:40', 0, [0, 1]],
    ] as const;
    for (const [time, count, expected] of counts)
      expect([time, inBreach(await run(time, count))]).toEqual([time, expected]);
  });

  it('are a metric with a unit of Count, and change nothing of the snapshot', async () => {
    const { metrics, answer } = await run('23T18:00', 3);
    expect(answer).toMatchObject({ outcome: 'written', jobCount: 3 });
    expect(metrics.filter((line) => 'SnapshotsInBreach' in line)).toMatchObject(
      [ABOVE, BELOW].map(({ name }) => ({
        Export: 'all',
        Alarm: name,
        _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'SnapshotsInBreach', Unit: 'Count' }] }] },
      })),
    );
  });

  it('cost a listing where the snapshot is fine, and one more and one read where the one before is', async () => {
    for (let minute = 11; minute < 16; minute += 1) await run(`23T12:${minute}`, 0, { alarms: [ABOVE] });
    const without = await readsOf('23T12:16', 0);
    const fine = await readsOf('23T12:17', 0, [ABOVE]);
    expect([fine.records.length, fine.listings]).toEqual([without.records.length, without.listings + 1]);
    const broken = await readsOf('23T12:18', 3, [ABOVE]);
    expect([broken.records.length, broken.listings]).toEqual([without.records.length + 1, without.listings + 2]);
    expect(broken.records.at(-1)).toBe(recordPath('23T12:17'));
  });

  it('are counted again by a run that comes after a later one, but not by one that finds its snapshot there', async () => {
    await run('23T12:10', 3);
    const late = await run('23T12:00', 3);
    expect([late.answer?.outcome, points(late)]).toMatchObject(['written', { 'JobCount all/SCHEDULED': 3 }]);
    const again = await run('23T12:10', 3);
    expect([inBreach(late), inBreach(again)]).toEqual([
      [2, 2],
      [undefined, undefined],
    ]);
    expect([...warnings(late), ...warnings(again)]).toEqual([]);
    expect(inBreach(await run('23T12:20', 3))).toEqual([3, 2]);
  });

  it('are fewer from a late run on whose snapshot is fine, days before the newest one, too', async () => {
    await run('20T12:00', 3);
    await run('23T12:00', 3);
    expect(inBreach(await run('23T12:10', 3))).toEqual([3, 2]);
    expect(inBreach(await run('22T12:00', 0))).toEqual([2, 2]);
  });

  it('are not known to a late run that cannot read the newest snapshot, and it says so', async () => {
    await run('23T12:10', 0);
    s3.before = ({ path }) => (path === recordPath('23T12:10') ? { status: 403, code: 'AccessDenied' } : undefined);
    const late = await run('23T12:00', 0);
    expect([late.answer?.outcome, inBreach(late)]).toEqual(['written', [undefined, undefined]]);
    expect(warnings(late)).toHaveLength(1);
  });
});

describe('a run that recovers a snapshot', () => {
  /** Writes a snapshot and takes its record away, as a run does that dies before it puts the record. */
  async function half(time: string, count: number): Promise<void> {
    await run(time, count);
    s3.objects.delete(recordPath(time));
  }

  it('counts for the alarms as the run would have that wrote it, where it is the newest', async () => {
    await run('23T12:00', 3);
    await half('23T12:10', 4);
    const recovered = await run('23T12:10', 0);
    expect([recovered.answer?.outcome, inBreach(recovered)]).toEqual(['recovered', [2, 2]]);
    expect(points(recovered)).toMatchObject({ 'JobCount all/SCHEDULED': 4 });
  });

  it('emits no counts of its own where a later snapshot exists: they are outdated', async () => {
    await half('23T12:10', 3);
    await run('23T12:20', 0);
    const recovered = await run('23T12:10', 0);
    expect([recovered.answer?.outcome, inBreach(recovered)]).toEqual(['recovered', [0, 2]]);
    expect(points(recovered)).not.toHaveProperty('JobCount all/SCHEDULED');
    expect(points(recovered)).toMatchObject({ 'SnapshotCompleted all': 1 });
    expect(warnings(recovered)).toEqual([]);
  });

  it('emits no counts where it cannot find out whether a later one exists, and logs why', async () => {
    await half('23T12:10', 3);
    s3.before = ({ query }) => (query.has('start-after') ? { status: 403, code: 'AccessDenied' } : undefined);
    const recovered = await run('23T12:10', 0);
    expect(points(recovered)).not.toHaveProperty('JobCount all/SCHEDULED');
    expect(points(recovered)).toMatchObject({ 'SnapshotCompleted all': 1 });
    expect(warnings(recovered)).toMatchObject([
      {
        alarms: [ABOVE.name, BELOW.name],
        reason: expect.stringMatching(/^StoreRefusedError: S3 refused s3:ListBucket/),
      },
      { message: expect.stringMatching(/^Job counts are left out/), reason: expect.stringMatching(/s3:ListBucket/) },
    ]);
  });
});

describe('what cannot be counted costs neither the snapshot nor its other metrics', () => {
  const isRead = ({ method, path, query }: S3Request) =>
    method === 'GET' && !query.has('list-type') && path === recordPath('23T12:00');
  const isListing = (parameter: string) => (request: S3Request) => request.query.has(parameter);
  const REFUSED: S3Fault = { status: 403, code: 'AccessDenied' };

  it.each([
    [
      'the listing of later records is refused',
      isListing('start-after'),
      REFUSED,
      /^StoreRefusedError: S3 refused s3:ListB/,
    ],
    ['a read is refused', isRead, REFUSED, /^StoreRefusedError: S3 refused s3:GetObject on history\/snapshots\//],
    [
      'a record is gone',
      isRead,
      { status: 404, code: 'NoSuchKey' },
      /^StoreRefusedError: S3 refused s3:GetObject.*NoSuchKey/,
    ],
    [
      'S3 fails for good',
      isRead,
      { status: 500, code: 'InternalError' },
      /^StoreUnavailableError: .*the next run reads/,
    ],
    [
      'S3 hangs until the time is short',
      isRead,
      'hang' as const,
      /^OutOfTimeError: Out of time after \d+ s, while records/,
    ],
  ])('%s', async (_what, isHit, fault, reason) => {
    await run('23T12:00', 3);
    // Not while the run looks for its predecessor, which is before it puts its own record.
    s3.before = (request) => (s3.objects.has(recordPath('23T12:10')) && isHit(request) ? fault : undefined);
    const startedAt = Date.now();
    const failed = await run('23T12:10', 4, {
      alarms: [ABOVE, BELOW],
      ...(fault === 'hang' && { remainingMs: 4000 }),
    });
    if (fault === 'hang') expect(Date.now() - startedAt).toBeLessThan(5000);
    expect([failed.answer?.outcome, inBreach(failed)]).toEqual(['written', [undefined, undefined]]);
    expect(points(failed)).toMatchObject({ 'JobCount all/SCHEDULED': 4, 'SnapshotCompleted all': 1 });
    expect(warnings(failed)).toMatchObject([
      {
        message: 'Alarms could not be counted, and keep their state',
        alarms: [ABOVE.name, BELOW.name],
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(summary(failed)).toMatchObject({ outcome: 'written', uncountedAlarms: 2 });

    s3.before = () => undefined;
    expect(inBreach(await run('23T12:20', 4))).toEqual([3, 2]);
  });

  it('a record is damaged, and an alarm that needs no record before is counted all the same', async () => {
    await run('23T12:00', 12);
    s3.objects.set(recordPath('23T12:00'), { body: Buffer.from('{"snapshot_id": 5}\n'), checksum: undefined });
    const failed = await run('23T12:10', 12);
    expect(inBreach(failed)).toEqual([undefined, 0]);
    expect(warnings(failed)).toMatchObject([
      { message: expect.stringMatching(/^Rows of the snapshot before could not be read/) },
      {
        alarms: [ABOVE.name],
        reason: expect.stringMatching(/^DamagedRecordError: snapshots\/.*T120000Z-all.ndjson is not/),
      },
    ]);
    expect(summary(failed)).toMatchObject({ uncountedAlarms: 1 });
  });

  it('the listing of days is refused, after the day of the snapshot was read', async () => {
    await run('22T23:50', 3);
    await run('23T00:00', 3);
    s3.before = ({ query }) => (query.has('delimiter') ? REFUSED : undefined);
    expect(inBreach(await run('23T00:10', 3))).toEqual([undefined, 2]);
  });
});

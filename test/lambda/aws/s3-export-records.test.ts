import fc from 'fast-check';
import { S3Bucket } from '../../../lambda/aws/s3-bucket.ts';
import { createS3ExportRecords } from '../../../lambda/aws/s3-export-records.ts';
import { recordKey, type SnapshotIdentity } from '../../../lambda/contract/keys.ts';
import type { ExportRecords } from '../../../lambda/ports.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';

const OWN = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: 0 };
const PREFIX = 'snapshots/account_id=123456789012/region=eu-west-1/export_name=all/';
const DAY_MS = 86_400_000;
const MIDNIGHT = Date.parse('2024-03-01T00:00:00Z');

let s3: LoopbackS3;
let records: ExportRecords;
let open: (prefix?: string) => ExportRecords;
const { signal } = new AbortController();

beforeEach(async () => {
  s3 = new LoopbackS3();
  const client = {
    endpoint: await s3.start(),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
  open = (prefix) => createS3ExportRecords(new S3Bucket({ bucket: 'history', client, prefix }));
  records = open();
});
afterEach(() => s3.stop());

const at = (scheduledAt: number, fields: Partial<SnapshotIdentity> = {}) => ({ ...OWN, scheduledAt, ...fields });
const put = (key: string, text = '') =>
  s3.objects.set(`history/${key}`, { body: Buffer.from(text), checksum: undefined });

async function timesBefore(snapshot: SnapshotIdentity, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const times: number[] = [];
  for await (const { scheduledAt } of records.earlier(snapshot, signal)) {
    times.push(scheduledAt);
    if (times.length >= most) break;
  }
  return times;
}

it('gives the snapshots before one, newest first, and whether there is a later one', async () => {
  const time = fc
    .tuple(fc.constantFrom(-400, -31, -2, -1, 0, 1, 2, 366), fc.constantFrom(0, 1, 43_200, 86_399))
    .map(([day, second]) => MIDNIGHT + day * DAY_MS + second * 1000);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(time, { maxLength: 14 }), time, fc.boolean(), async (times, own, stands) => {
      s3.objects.clear();
      for (const scheduledAt of stands ? [...times, own] : times) put(recordKey(at(scheduledAt)));
      const earlier = times.filter((other) => other < own).sort((a, b) => b - a);
      expect(await timesBefore(at(own))).toEqual(earlier);
      expect(await records.hasLater(at(own), signal)).toBe(times.some((other) => other > own));
    }),
    { numRuns: 50 },
  );
});

it('passes over what is of another export, Region or account, and what is no record', async () => {
  const own = at(MIDNIGHT + 60_000);
  for (const scheduledAt of [MIDNIGHT, MIDNIGHT + 120_000]) {
    put(recordKey(at(scheduledAt, { exportName: 'all-2' })));
    put(recordKey(at(scheduledAt, { exportName: 'al' })));
    put(recordKey(at(scheduledAt, { region: 'eu-west-2' })));
    put(recordKey(at(scheduledAt, { accountId: '123456789013' })));
  }
  for (const name of [
    'dt=2024-03-01/',
    'dt=2024-03-01/20240301T000000Z-all.ndjson.bak',
    'dt=2024-03-01/20240301T000000Z-all.ndjson/x',
    'dt=2024-03-01/20240301T006000Z-all.ndjson',
    'dt=2024-03-01/20240229T000000Z-all.ndjson',
    'dt=2024-03-01/20240301T000500Z-other.ndjson',
    'dt=2023-02-30/20230302T000000Z-all.ndjson',
    'dt=yesterday/20230302T000000Z-all.ndjson',
    'dt=2024-03-02',
    'zzz',
  ])
    put(PREFIX + name);
  expect([await timesBefore(own), await records.hasLater(own, signal)]).toEqual([[], false]);
});

it('asks for nothing but what is below the prefix of its own records', async () => {
  for (let day = 0; day < 5; day += 1) put(recordKey(at(MIDNIGHT - day * DAY_MS)));
  await timesBefore(at(MIDNIGHT + 1000));
  await records.hasLater(at(MIDNIGHT), signal);
  for (const { query } of s3.requests) expect(query.get('prefix')?.startsWith(PREFIX)).toBe(true);
});

it('lists the day alone where that is enough, and reads a record without a listing', async () => {
  for (let minute = 0; minute < 3; minute += 1) put(recordKey(at(MIDNIGHT + minute * 60_000)), `record ${minute}`);
  const [newest] = await timesBefore(at(MIDNIGHT + 180_000), 1);
  expect(newest).toBe(MIDNIGHT + 120_000);
  expect(s3.requests.map(({ query }) => query.get('prefix'))).toEqual([`${PREFIX}dt=2024-03-01/`]);
  expect(await records.readText(at(MIDNIGHT + 120_000), signal)).toBe('record 2');
  expect(s3.requests).toHaveLength(2);
});

it('finds its records below a prefix of the bucket, too', async () => {
  records = open('team/iot');
  for (const scheduledAt of [MIDNIGHT - DAY_MS, MIDNIGHT]) put(`team/iot/${recordKey(at(scheduledAt))}`, 'record');
  expect(await timesBefore(at(MIDNIGHT))).toEqual([MIDNIGHT - DAY_MS]);
  expect(await records.hasLater(at(MIDNIGHT - DAY_MS), signal)).toBe(true);
  expect(await records.readText(at(MIDNIGHT), signal)).toBe('record');
});

it('says that the next snapshot tries again, where S3 fails for good', async () => {
  s3.before = () => ({ status: 503, code: 'SlowDown' });
  await expect(records.hasLater(at(MIDNIGHT), signal)).rejects.toMatchObject({
    name: 'StoreUnavailableError',
    message: expect.stringMatching(/s3:ListBucket on history\/snapshots\/.*the next snapshot reads them again$/),
  });
});

it('stops with the reason of its signal', async () => {
  s3.before = () => 'hang';
  const stop = new AbortController();
  const waiting = records.hasLater(at(MIDNIGHT), stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

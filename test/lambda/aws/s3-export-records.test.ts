import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { S3Bucket } from '../../../lambda/aws/s3-bucket.ts';
import { createS3ExportRecords } from '../../../lambda/aws/s3-export-records.ts';
import { timeouts } from '../../../lambda/aws/timeouts.ts';
import { jobsKey, recordKey, type SnapshotIdentity, utcDate } from '../../../lambda/contract/keys.ts';
import type { ExportRecords } from '../../../lambda/ports.ts';
import { FlakyProxy } from '../../support/flaky-proxy.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';

const OWN = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: 0 };
const PREFIX = 'snapshots/account_id=123456789012/region=eu-west-1/export_name=all/';
const DAY_MS = 86_400_000;
const MIDNIGHT = Date.parse('2024-03-01T00:00:00Z');

let s3: LoopbackS3;
let endpoint: string;
let records: ExportRecords;
let open: (prefix?: string) => ExportRecords;
const { signal } = new AbortController();

beforeEach(async () => {
  s3 = new LoopbackS3();
  endpoint = await s3.start();
  const client = {
    endpoint,
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
    .tuple(
      fc.constantFrom(-2000, -901, -900, -899, -400, -31, -2, -1, 0, 1, 2, 366),
      fc.constantFrom(0, 1, 43_200, 86_399),
    )
    .map(([day, second]) => MIDNIGHT + day * DAY_MS + second * 1000);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(time, { maxLength: 14 }), time, fc.boolean(), async (times, own, exists) => {
      s3.objects.clear();
      for (const scheduledAt of exists ? [...times, own] : times) put(recordKey(at(scheduledAt)));
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

describe('finds the snapshot before by a handful of calls', () => {
  const HOUR_MS = 3_600_000;
  const WEEK_MS = 7 * DAY_MS;
  const every = (ms: number, from: number, to: number) =>
    Array.from({ length: Math.ceil((to - from) / ms) }, (_, i) => from + i * ms);
  const years = (count: number) => MIDNIGHT - count * 365 * DAY_MS;

  it.each<[string, number[], number | undefined, number]>([
    ['at first', [], undefined, 4],
    ['after 3 years, each hour', every(HOUR_MS, years(3), MIDNIGHT), MIDNIGHT - HOUR_MS, 4],
    ['after 3 years, each week', every(WEEK_MS, MIDNIGHT - 156 * WEEK_MS, MIDNIGHT), MIDNIGHT - WEEK_MS, 4],
    ['after 20 years, each day', every(DAY_MS, years(20), MIDNIGHT), MIDNIGHT - DAY_MS, 4],
    ['after a year of silence', every(HOUR_MS, years(3), years(1)), years(1) - HOUR_MS, 4],
    ['after 5 years of silence', every(DAY_MS, years(8), years(5)), years(5) - DAY_MS, 6],
    ['within a day, each minute', every(60_000, MIDNIGHT, MIDNIGHT + DAY_MS - 60_000), MIDNIGHT + DAY_MS - 120_000, 3],
  ])('%s', async (_what, times, expected, calls) => {
    s3.listPage = 1000;
    for (const scheduledAt of times) put(recordKey(at(scheduledAt)));
    const own = at(times[0] === MIDNIGHT ? MIDNIGHT + DAY_MS - 60_000 : MIDNIGHT);
    expect(await records.hasLater(own, signal)).toBe(false);
    expect((await timesBefore(own, 1))[0]).toBe(expected);
    expect(s3.requests.length).toBeLessThanOrEqual(calls);
  });

  it('also where days hold other objects', async () => {
    put(recordKey(at(MIDNIGHT - 40 * DAY_MS)));
    for (let day = 0; day < 39; day += 1) put(`${PREFIX}dt=${utcDate(MIDNIGHT - day * DAY_MS)}/notes.txt`);
    s3.listPage = 1000;
    expect(await timesBefore(at(MIDNIGHT), 1)).toEqual([MIDNIGHT - 40 * DAY_MS]);
  });
});

describe('the rows of a snapshot', () => {
  const rows = randomBytes(3_000_000);
  let proxy: FlakyProxy;
  let behind: ExportRecords;
  const SILENCE_MS = 1000;

  beforeEach(async () => {
    proxy = new FlakyProxy(endpoint);
    const client = {
      endpoint: await proxy.start(),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: timeouts({ silenceMs: SILENCE_MS }),
    };
    behind = createS3ExportRecords(new S3Bucket({ bucket: 'history', client }));
    const checksum = createHash('sha256').update(rows).digest('base64');
    s3.objects.set(`history/${jobsKey(at(MIDNIGHT))}`, { body: rows, checksum });
  });
  afterEach(() => proxy.stop());

  async function read(ownSignal = signal, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of behind.readRows(at(MIDNIGHT), ownSignal)) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= most) break;
    }
    return Buffer.concat(pieces);
  }

  const broken = { name: 'StoreUnavailableError', message: expect.stringMatching(/s3:GetObject on history\/jobs\//) };

  it('come as they are, without a listing', async () => {
    expect((await read()).equals(rows)).toBe(true);
    expect(s3.requests.map(({ query }) => query.has('list-type'))).toEqual([false]);
  });

  it.each(['cut', 'stall'] as const)(
    'that break off (%s) are an error that may pass, and leave no connection',
    async (fate) => {
      proxy.fate = () => fate;
      await expect(read()).rejects.toMatchObject(broken);
      await nothingIsOpen();
    },
  );

  it('are an error that may pass where S3 keeps another checksum', async () => {
    const checksum = createHash('sha256').update('other').digest('base64');
    s3.objects.set(`history/${jobsKey(at(MIDNIGHT))}`, { body: rows, checksum });
    await expect(read()).rejects.toMatchObject(broken);
  });

  it('that are gone or refused are refused', async () => {
    s3.objects.clear();
    await expect(read()).rejects.toMatchObject({ name: 'StoreRefusedError' });
    s3.absent = 403;
    await expect(read()).rejects.toMatchObject({
      name: 'StoreRefusedError',
      message: expect.stringContaining('s3:GetObject'),
    });
  });

  it('are left at once when the signal aborts, with its reason, and leave no connection', async () => {
    proxy.fate = () => 'stall';
    const stop = new AbortController();
    const reading = read(stop.signal);
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), SILENCE_MS / 10);
    const beganAt = performance.now();
    await expect(reading).rejects.toBe(reason);
    expect(performance.now() - beganAt).toBeLessThan(SILENCE_MS * 0.9);
    await nothingIsOpen();
  });

  it('that are not read to their end leave no connection', async () => {
    expect((await read(signal, 1000)).length).toBeLessThan(rows.length);
    await nothingIsOpen();
  });

  async function nothingIsOpen() {
    for (let wait = 0; wait < 50 && (await proxy.connections()) > 0; wait += 1) await sleep(10);
    expect(await proxy.connections()).toBe(0);
  }
});

it('says that the next run tries again, where S3 fails for good', async () => {
  s3.before = () => ({ status: 503, code: 'SlowDown' });
  await expect(records.hasLater(at(MIDNIGHT), signal)).rejects.toMatchObject({
    name: 'StoreUnavailableError',
    message: expect.stringMatching(/s3:ListBucket on history\/snapshots\/.*the next run reads them again$/),
  });
});

it('stops with the reason of its signal', async () => {
  s3.before = () => 'hang';
  const stop = new AbortController();
  const waiting = records.hasLater(at(MIDNIGHT), stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

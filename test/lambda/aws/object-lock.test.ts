import { createHash } from 'node:crypto';
import { runBundle } from '../../support/bundle.ts';
import { LoopbackIot } from '../../support/loopback-iot.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import type { S3Request } from '../../support/s3-request.ts';
import { createS3Store } from '../../support/s3-store.ts';

const EVENT = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' };
const LOCKED = { OBJECT_LOCK: 'GOVERNANCE 365' };
const NOW = Date.parse('2026-11-23T18:00:05.250Z');
const DAY_MS = 86_400_000;
const signal = new AbortController().signal;
const [MODE, UNTIL] = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];

let s3: LoopbackS3;
let endpoint: string;

beforeEach(async () => {
  s3 = new LoopbackS3();
  endpoint = await s3.start();
  // As S3: Amazon S3 User Guide, "Object Lock considerations", Uploading objects to an Object Lock enabled bucket.
  s3.before = ({ headers }) =>
    headers[MODE] && !headers['content-md5'] && !headers['x-amz-sdk-checksum-algorithm']
      ? { status: 400, code: 'InvalidRequest' }
      : undefined;
});
afterEach(() => s3.stop());

const lockOf = ({ headers }: S3Request) => [headers[MODE], headers[UNTIL]];
const puts = () => s3.requests.filter(({ method }) => method === 'PUT');

describe('a store with Object Lock', () => {
  const store = (days = 30) =>
    createS3Store({
      bucket: 'history',
      prefix: 'team/iot',
      objectLock: { mode: 'COMPLIANCE', days },
      clock: { now: () => NOW },
      client: { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    });
  const object = (key: string) => {
    const body = Buffer.from('rows');
    return { key, body, sha256: createHash('sha256').update(body).digest('hex'), contentType: 'application/gzip' };
  };

  it.each(['jobs/a.ndjson.gz', 'changes/a.ndjson.gz', 'snapshots/a.ndjson'])(
    'locks %s from now on, for the days',
    async (key) => {
      expect(await store().putIfAbsent(object(key), signal)).toBe(true);
      const [put] = puts();
      expect(put?.headers).toMatchObject({
        [MODE]: 'COMPLIANCE',
        'if-none-match': '*',
        'x-amz-checksum-sha256': createHash('sha256').update('rows').digest('base64'),
        'x-amz-sdk-checksum-algorithm': 'SHA256',
      });
      expect(Date.parse(put?.headers[UNTIL] as string)).toBe(NOW + 30 * DAY_MS);
    },
  );

  it.each(['intents/a.json', 'work/a', 'jobs.json'])('does not lock %s', async (key) => {
    expect(await store().putIfAbsent(object(key), signal)).toBe(true);
    expect(puts().map(lockOf)).toEqual([[undefined, undefined]]);
  });

  it('takes a retention of a hundred years', async () => {
    expect(await store(36_500).putIfAbsent(object('jobs/a'), signal)).toBe(true);
    expect(puts()[0]?.headers[UNTIL]).toMatch(/^2126-/);
  });

  it.each([
    [403, 'AccessDenied', /S3 refused s3:PutObject with s3:PutObjectRetention on .*: allow the action there/],
    [400, 'InvalidRequest', /InvalidRequest.*: enable Object Lock on the bucket, or export without it$/],
  ])('says what to do when S3 answers %d to a put with a retention', async (status, code, message) => {
    s3.before = () => ({ status, code });
    await expect(store().putIfAbsent(object('jobs/a'), signal)).rejects.toMatchObject({
      name: 'StoreRefusedError',
      message: expect.stringMatching(message),
    });
  });
});

describe('the shipped bundle', () => {
  let iot: LoopbackIot;
  let endpoints: { iot: string; s3: string };

  beforeEach(async () => {
    iot = new LoopbackIot();
    endpoints = { iot: await iot.start(), s3: endpoint };
    iot.answer = ({ status }) => ({ body: { jobs: [{ jobId: `${status}-a`, status }] } });
  });
  afterEach(() => iot.stop());

  it('locks rows and record, and not the intent', async () => {
    const begun = Date.now();
    const { answer } = await runBundle(EVENT, { ...endpoints, variables: LOCKED });
    expect(answer).toMatchObject({ outcome: 'written' });
    const locks = new Map(puts().map((put) => [put.path.split('/')[1], lockOf(put)]));
    expect([...locks.keys()]).toEqual(['intents', 'jobs', 'snapshots']);
    expect(locks.get('intents')).toEqual([undefined, undefined]);
    for (const prefix of ['jobs', 'snapshots']) {
      const [mode, until] = locks.get(prefix) as [string, string];
      expect(mode).toBe('GOVERNANCE');
      expect(Date.parse(until)).toBeGreaterThanOrEqual(begun - 1000 + 365 * DAY_MS);
      expect(Date.parse(until)).toBeLessThanOrEqual(Date.now() + 1000 + 365 * DAY_MS);
    }
  });

  it('locks nothing without the variable', async () => {
    await runBundle(EVENT, endpoints);
    expect(puts().map(lockOf)).toEqual([1, 2, 3].map(() => [undefined, undefined]));
  });

  it('knows its own object again when the answer to a locked put was lost', async () => {
    let left = 3;
    s3.after = ({ method }) => (method === 'PUT' && left-- > 0 ? 'reset' : undefined);
    const { answer } = await runBundle(EVENT, { ...endpoints, variables: LOCKED });
    expect(answer).toMatchObject({ outcome: 'written', jobCount: 5 });
  });

  it('a retry, whose retention has another date, completes what the first run locked', async () => {
    s3.before = ({ method, path }) =>
      method === 'PUT' && path.includes('/snapshots/') ? { status: 403, code: 'AccessDenied' } : undefined;
    const failed = await runBundle(EVENT, { ...endpoints, variables: LOCKED });
    expect(failed.error).toMatchObject({ name: 'StoreRefusedError' });
    const rows = new Map(s3.objects);
    s3.before = () => undefined;
    const { answer } = await runBundle(EVENT, { ...endpoints, variables: { OBJECT_LOCK: 'COMPLIANCE 1' } });
    expect(answer).toMatchObject({ outcome: 'recovered', jobCount: 5 });
    for (const [key, object] of rows) expect(s3.objects.get(key)).toBe(object);
  });

  it('refuses a lock that it cannot read before any call', async () => {
    const { error } = await runBundle(EVENT, { ...endpoints, variables: { OBJECT_LOCK: 'governance 365' } });
    expect(error).toMatchObject({ name: 'BadEnvironmentError', message: expect.stringMatching(/"governance 365"/) });
    expect([iot.queries, s3.requests]).toEqual([[], []]);
  });
});

import { createHash } from 'node:crypto';
import type { SnapshotStore } from '../../../lambda/ports.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import type { S3Request } from '../../support/s3-request.ts';
import { createS3Store } from '../../support/s3-store.ts';

const KEY = 'jobs/account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23/x.ndjson.gz';
const signal = new AbortController().signal;

let s3: LoopbackS3;
let store: SnapshotStore;

beforeEach(async () => {
  s3 = new LoopbackS3();
  store = storeAt(await s3.start());
});
afterEach(() => s3.stop());

function storeAt(endpoint: string, prefix?: string): SnapshotStore {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return createS3Store({ bucket: 'history', prefix, client: { endpoint, region: 'eu-west-1', credentials } });
}

function object(text: string, key = KEY) {
  const body = Buffer.from(text);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { key, body, sha256, contentType: 'application/gzip' };
}

/** Fails the first `times` requests of a method. */
function failing(method: string, times: number, fault: { status: number; code: string } | 'reset') {
  let left = times;
  return (request: S3Request) => (request.method === method && left-- > 0 ? fault : undefined);
}

it('puts with If-None-Match and a SHA-256, and gives back what it put', async () => {
  const put = object('rows');
  expect(await store.putIfAbsent(put, signal)).toBe(true);
  expect(s3.requests[0]?.headers).toMatchObject({
    'if-none-match': '*',
    'content-type': 'application/gzip',
    'x-amz-checksum-sha256': Buffer.from(put.sha256, 'hex').toString('base64'),
  });
  expect(await store.readText(KEY, signal)).toBe('rows');
  expect(await store.sha256(KEY, signal)).toBe(put.sha256);
});

it('never overwrites', async () => {
  await store.putIfAbsent(object('first'), signal);
  expect(await store.putIfAbsent(object('second'), signal)).toBe(false);
  expect(await store.readText(KEY, signal)).toBe('first');
});

describe('an object whose body breaks off', () => {
  beforeEach(() => s3.objects.set(`history/${KEY}`, { body: Buffer.from('rows'), checksum: undefined }));

  const cut = (times: number) => {
    let left = times;
    s3.isCut = ({ method, query }) => method === 'GET' && !query.has('list-type') && left-- > 0;
  };

  it('is requested again', async () => {
    cut(2);
    expect(await store.readText(KEY, signal)).toBe('rows');
    cut(2);
    expect(Buffer.from((await store.readBytes(KEY, signal)) ?? []).toString()).toBe('rows');
    cut(2);
    expect(await store.sha256(KEY, signal)).toBe(object('rows').sha256);
  });

  it('is given up after three times', async () => {
    cut(3);
    await expect(store.readBytes(KEY, signal)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    expect(s3.requests.filter(({ query }) => !query.has('list-type'))).toHaveLength(3);
  });
});

it('knows what is not there', async () => {
  expect(await store.readText(KEY, signal)).toBeUndefined();
  expect(await store.sha256(KEY, signal)).toBeUndefined();
});

it('asks for what is there by a listing of the key alone, so that no absent key is a 403', async () => {
  s3.absent = 403;
  s3.objects.set(`history/${KEY}.bak`, { body: Buffer.from('another'), checksum: undefined });
  expect(await store.readText(KEY, signal)).toBeUndefined();
  expect(await store.sha256(KEY, signal)).toBeUndefined();
  expect(s3.requests.map(({ method, query }) => [method, query.get('list-type'), query.get('prefix')])).toEqual([
    ['GET', '2', KEY],
    ['GET', '2', KEY],
  ]);
  await store.putIfAbsent(object('rows'), signal);
  expect(await store.readText(KEY, signal)).toBe('rows');
});

it('takes an object that is deleted after it was listed for absent', async () => {
  await store.putIfAbsent(object('rows'), signal);
  s3.before = ({ query }) => (query.has('list-type') ? undefined : { status: 404, code: 'NoSuchKey' });
  expect(await store.readText(KEY, signal)).toBeUndefined();
});

it('reads the bytes of an object that was uploaded in parts, whose checksum is one of checksums', async () => {
  const composite = `${createHash('sha256').update('parts').digest('base64')}-2`;
  s3.objects.set(`history/${KEY}`, { body: Buffer.from('in parts'), checksum: composite });
  expect(await store.sha256(KEY, signal)).toBe(object('in parts').sha256);
});

it('computes the SHA-256 of an object that was put without one', async () => {
  s3.objects.set(`history/${KEY}`, { body: Buffer.from('by hand'), checksum: undefined });
  expect(await store.sha256(KEY, signal)).toBe(object('by hand').sha256);
});

it('puts a prefix before every key', async () => {
  const endpoint = await s3.stop().then(() => {
    s3 = new LoopbackS3();
    return s3.start();
  });
  await storeAt(endpoint, 'team/iot').putIfAbsent(object('rows'), signal);
  expect([...s3.objects.keys()]).toEqual([`history/team/iot/${KEY}`]);
});

it.each([
  ['500', { status: 500, code: 'InternalError' }],
  ['503', { status: 503, code: 'SlowDown' }],
  ['409', { status: 409, code: 'ConditionalRequestConflict' }],
  ['a body that S3 did not get in time', { status: 400, code: 'RequestTimeout' }],
  ['a reset', 'reset' as const],
])('tries a put again after %s', async (_what, fault) => {
  s3.before = failing('PUT', 2, fault);
  expect(await store.putIfAbsent(object('rows'), signal)).toBe(true);
  expect(s3.requests).toHaveLength(3);
});

it('says that the key exists when a put was applied and its answer lost', async () => {
  s3.after = failing('PUT', 1, 'reset');
  expect(await store.putIfAbsent(object('rows'), signal)).toBe(false);
  expect(await store.sha256(KEY, signal)).toBe(object('rows').sha256);
});

it.each([
  [403, 'AccessDenied', 'StoreRefusedError', /S3 refused s3:PutObject on history\/jobs\/.*allow the action/],
  [404, 'NoSuchBucket', 'StoreRefusedError', /no bucket history/],
  [403, 'InvalidAccessKeyId', 'CredentialsError', /No valid AWS credentials/],
  [400, 'ExpiredToken', 'CredentialsError', /have expired/],
  [400, 'InvalidToken', 'CredentialsError', /No valid AWS credentials/],
  [404, 'NoSuchKey', 'StoreRefusedError', /S3 refused s3:PutObject/],
  [404, 'NotFound', 'StoreRefusedError', /S3 refused s3:PutObject/],
  [400, 'InvalidRequest', 'StoreRefusedError', /S3 refused/],
])('makes of %d %s a %s', async (status, code, name, message) => {
  s3.before = () => ({ status, code });
  await expect(store.putIfAbsent(object('rows'), signal)).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
  expect(s3.requests).toHaveLength(1);
});

it.each([
  ['changes/account_id=1/x.ndjson.gz', /deploy the history first: .* lets exporters write changes$/],
  ['details/account_id=1/x.ndjson.gz', /deploy the history first: .* lets exporters write details of jobs$/],
  ['work/account_id=1/x.state', /deploy the history first: .* keep the work of runs that outlast an invocation$/],
])('says to deploy the history first where %s is refused', async (key, message) => {
  s3.before = () => ({ status: 403, code: 'AccessDenied' });
  await expect(store.putIfAbsent(object('rows', key), signal)).rejects.toThrow(message);
  await expect(store.readText(key, signal)).rejects.toThrow(message);
});

it('makes of a body that S3 never gets in time a StoreUnavailableError', async () => {
  s3.before = () => ({ status: 400, code: 'RequestTimeout' });
  await expect(store.putIfAbsent(object('rows'), signal)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
});

it('leaves a call that hangs when the signal aborts, with its reason', async () => {
  s3.before = () => 'hang';
  const controller = new AbortController();
  const reading = store.readText(KEY, controller.signal);
  setTimeout(() => controller.abort(new Error('time is up')), 20);
  await expect(reading).rejects.toThrow('time is up');
});

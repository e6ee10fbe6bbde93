import { createHash } from 'node:crypto';
import { S3Bucket } from '../../../lambda/aws/s3-bucket.ts';
import { createS3Uploads, MIN_PART_BYTES } from '../../../lambda/aws/s3-uploads.ts';
import { timeouts } from '../../../lambda/aws/timeouts.ts';
import type { Upload, UploadStore } from '../../../lambda/ports.ts';
import { LoopbackS3, type S3Fault } from '../../support/loopback-s3.ts';
import type { S3Request } from '../../support/s3-request.ts';

const KEY = 'jobs/account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23/x.ndjson.gz';
const PATH = `history/${KEY}`;
const NOW = Date.parse('2026-11-23T18:00:05.250Z');
const DAY_MS = 86_400_000;
const FULL = Buffer.alloc(MIN_PART_BYTES, 'a');
const signal = new AbortController().signal;

let s3: LoopbackS3;
let endpoint: string;
let uploads: UploadStore;

beforeEach(async () => {
  s3 = new LoopbackS3();
  endpoint = await s3.start();
  uploads = uploadsAt();
});
afterEach(() => s3.stop());

function uploadsAt(options: Parameters<typeof createS3Uploads>[1] = {}, client = {}): UploadStore {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const bucket = new S3Bucket({
    bucket: 'history',
    client: { endpoint, region: 'eu-west-1', credentials, ...client },
  });
  return createS3Uploads(bucket, options);
}

function part(number: number, body: Buffer) {
  return { number, body, sha256: createHash('sha256').update(body).digest('hex') };
}

const begun = () => uploads.begin(KEY, 'application/gzip', signal);

/** An upload with parts of the least size and a last one, and those. */
async function uploaded(...numbers: number[]) {
  const upload = await begun();
  const parts = [];
  for (const number of numbers) {
    const put = await uploads.putPart(
      upload,
      part(number, number === numbers.at(-1) ? Buffer.from('end') : FULL),
      signal,
    );
    if (put) parts.push(put);
  }
  return { upload, parts };
}

const methodOf = ({ method, query }: S3Request) =>
  query.has('uploads') ? 'begin' : { PUT: 'part', POST: 'complete', DELETE: 'abort' }[method];

/** Fails the first `times` requests of a kind. */
function failing(kind: string, times: number, fault: S3Fault) {
  let left = times;
  return (request: S3Request) => (methodOf(request) === kind && left-- > 0 ? fault : undefined);
}

it('makes the object of its parts, in the order of their numbers, which need not follow one another', async () => {
  const { upload, parts } = await uploaded(1, 101, 305);
  expect(await uploads.complete(upload, parts, signal)).toBe('completed');
  expect(s3.objects.get(PATH)?.body.equals(Buffer.concat([FULL, FULL, Buffer.from('end')]))).toBe(true);
  expect(s3.uploads.open).toEqual([]);
});

it('shows nothing before the completion', async () => {
  const { upload } = await uploaded(1, 2);
  expect([...s3.objects]).toEqual([]);
  expect(s3.uploads.open).toMatchObject([{ id: upload.id, path: PATH }]);
});

it('says the type at the beginning, signs the bytes of each part, and completes only where no object is', async () => {
  const { upload, parts } = await uploaded(1);
  await uploads.complete(upload, parts, signal);
  const [begin, put, complete] = s3.requests;
  expect(begin?.headers['content-type']).toBe('application/gzip');
  expect(put?.headers['x-amz-content-sha256']).toBe(part(1, Buffer.from('end')).sha256);
  expect(complete?.headers['if-none-match']).toBe('*');
});

it('gives no part an additional checksum, with which their numbers would have to follow one another', async () => {
  const { upload, parts } = await uploaded(1, 7);
  await uploads.complete(upload, parts, signal);
  const names = s3.requests.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => /checksum|trailer/.test(name))).toEqual([]);
  expect(s3.requests.at(-1)?.body.toString()).not.toMatch(/Checksum/);
});

it('is refused a part that is not of its SHA-256', async () => {
  const upload = await begun();
  const wrong = { ...part(1, Buffer.from('rows')), body: Buffer.from('rowz') };
  await expect(uploads.putPart(upload, wrong, signal)).rejects.toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringMatching(/s3:PutObject on history\/jobs\/.*XAmzContentSHA256Mismatch/),
  });
});

it.each([
  ['500', { status: 500, code: 'InternalError' }],
  ['503', { status: 503, code: 'SlowDown' }],
  ['a body that S3 did not get in time', { status: 400, code: 'RequestTimeout' }],
  ['a reset', 'reset' as const],
])('tries each call again after %s', async (_what, fault) => {
  const kinds = ['begin', 'part', 'complete', 'abort'].map((kind) => failing(kind, 1, fault));
  s3.before = (request) => kinds.map((fails) => fails(request)).find((found) => found !== undefined);
  const { upload, parts } = await uploaded(1);
  expect(await uploads.complete(upload, parts, signal)).toBe('completed');
  await uploads.abort(upload, signal);
  expect(s3.requests).toHaveLength(8);
});

it('takes a part that exists already for put when its answer was lost', async () => {
  s3.after = failing('part', 1, 'reset');
  const { upload, parts } = await uploaded(1, 2);
  expect(await uploads.complete(upload, parts, signal)).toBe('completed');
});

it('says that an upload is gone when it was completed and the answer lost', async () => {
  const { upload, parts } = await uploaded(1);
  s3.after = failing('complete', 1, 'reset');
  expect(await uploads.complete(upload, parts, signal)).toBe('gone');
  expect(s3.objects.has(PATH)).toBe(true);
});

it('says that the key exists, and leaves the object and the upload', async () => {
  const { upload, parts } = await uploaded(1);
  s3.objects.set(PATH, { body: Buffer.from('another'), checksum: undefined });
  expect(await uploads.complete(upload, parts, signal)).toBe('exists');
  expect(s3.objects.get(PATH)?.body.toString()).toBe('another');
  expect(s3.uploads.open).toHaveLength(1);
  await uploads.abort(upload, signal);
  expect(s3.uploads.open).toEqual([]);
});

it('says of an upload that has ended that it is gone, and ends it in vain', async () => {
  const { upload, parts } = await uploaded(1);
  s3.uploads.end(upload.id);
  expect(await uploads.putPart(upload, part(2, FULL), signal)).toBeUndefined();
  expect(await uploads.complete(upload, parts, signal)).toBe('gone');
  await uploads.abort(upload, signal);
});

it('does not complete again what met a conflict, as S3 says, but ends the upload', async () => {
  const { upload, parts } = await uploaded(1);
  s3.before = failing('complete', 1, { status: 409, code: 'ConditionalRequestConflict' });
  expect(await uploads.complete(upload, parts, signal)).toBe('gone');
  expect(s3.requests.map(methodOf)).toEqual(['begin', 'part', 'complete', 'abort']);
  expect(s3.uploads.open).toEqual([]);
});

it('tries again what failed with status 200', async () => {
  const { upload, parts } = await uploaded(1);
  s3.before = failing('complete', 1, { status: 200, code: 'InternalError' });
  expect(await uploads.complete(upload, parts, signal)).toBe('completed');
});

describe('a completion that takes longer than a connection may be silent', () => {
  const SILENCE_MS = 500;

  beforeEach(() => {
    s3.completionMs = 3 * SILENCE_MS;
    uploads = uploadsAt({}, { requestHandler: timeouts({ silenceMs: SILENCE_MS }), maxAttempts: 2 });
  });

  it('is waited for, as long as spaces come', async () => {
    const { upload, parts } = await uploaded(1);
    expect(await uploads.complete(upload, parts, signal)).toBe('completed');
    expect(s3.requests.map(methodOf)).toEqual(['begin', 'part', 'complete']);
  });

  it('may end with what is wrong', async () => {
    const { upload, parts } = await uploaded(1);
    s3.objects.set(PATH, { body: Buffer.from('another'), checksum: undefined });
    expect(await uploads.complete(upload, parts, signal)).toBe('exists');
  });
});

it.each([
  ['a part that is too small', (ids: number[]) => ids, 'EntityTooSmall'],
  ['parts that are not in order', (ids: number[]) => ids.toReversed(), 'InvalidPartOrder'],
  ['a part that is not there', (ids: number[]) => [...ids, 9], 'InvalidPart'],
])('is refused %s', async (_what, order, code) => {
  const upload = await begun();
  const small = part(1, Buffer.from('few'));
  const parts = [await uploads.putPart(upload, small, signal), await uploads.putPart(upload, part(2, FULL), signal)];
  const named = order([1, 2]).map((number) => parts[number - 1] ?? { number, etag: '"0"', sha256: small.sha256 });
  await expect(uploads.complete(upload, named as Parameters<UploadStore['complete']>[1], signal)).rejects.toMatchObject(
    { name: 'StoreRefusedError', message: expect.stringMatching(code) },
  );
});

it.each([
  ['begin', 's3:PutObject', (_: Upload) => begun()],
  ['part', 's3:PutObject', (upload: Upload) => uploads.putPart(upload, part(1, FULL), signal)],
  ['complete', 's3:PutObject', async (upload: Upload) => uploads.complete(upload, [], signal)],
  ['abort', 's3:AbortMultipartUpload', (upload: Upload) => uploads.abort(upload, signal)],
])('names the action that was refused: %s', async (kind, action, call) => {
  const upload = await begun();
  s3.before = failing(kind, 1, { status: 403, code: 'AccessDenied' });
  await expect(call(upload)).rejects.toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringMatching(`S3 refused ${action} on ${PATH}.*allow the action there`),
  });
});

it('says to deploy the history first where ending an upload is refused', async () => {
  const upload = await begun();
  s3.before = failing('abort', 1, { status: 403, code: 'AccessDenied' });
  await expect(uploads.abort(upload, signal)).rejects.toThrow(
    /deploy the history first.*runs that outlast an invocation$/,
  );
});

it('leaves a part that hangs when the signal aborts, with its reason', async () => {
  const upload = await begun();
  s3.before = failing('part', 1, 'hang');
  const controller = new AbortController();
  const putting = uploads.putPart(upload, part(1, FULL), controller.signal);
  setTimeout(() => controller.abort(new Error('time is up')), 20);
  await expect(putting).rejects.toThrow('time is up');
});

it('lists thousands of parts in a completion', async () => {
  const upload = await begun();
  s3.uploads.minPartBytes = 0;
  const body = Buffer.from('x');
  const put = await uploads.putPart(upload, part(1, body), signal);
  const parts = Array.from({ length: 10_000 }, (_, i) => ({ number: i + 1, etag: put?.etag ?? '' }));
  await expect(uploads.complete(upload, parts, signal)).rejects.toThrow(/InvalidPart/);
  expect(
    s3.requests
      .at(-1)
      ?.body.toString()
      .match(/<Part>/g),
  ).toHaveLength(10_000);
});

describe('with Object Lock', () => {
  const [MODE, UNTIL] = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];
  const locked = (days = 30) => uploadsAt({ objectLock: { mode: 'COMPLIANCE', days }, clock: { now: () => NOW } });

  it('locks from the last moment that a run may complete, for the days', async () => {
    uploads = locked();
    const { upload, parts } = await uploaded(1, 2);
    expect(await uploads.complete(upload, parts, signal)).toBe('completed');
    const [begin, ...others] = s3.requests;
    expect(begin?.headers[MODE]).toBe('COMPLIANCE');
    expect(Date.parse(begin?.headers[UNTIL] as string)).toBe(NOW + 31 * DAY_MS);
    for (const { headers } of others) expect([headers[MODE], headers[UNTIL]]).toEqual([undefined, undefined]);
  });

  it('sends the MD5 of each part, which S3 requires', async () => {
    uploads = locked();
    await uploaded(1);
    expect(s3.requests[1]?.headers['content-md5']).toBe(createHash('md5').update('end').digest('base64'));
  });

  it('takes a retention of a hundred years', async () => {
    uploads = locked(36_500);
    await begun();
    expect(s3.requests[0]?.headers[UNTIL]).toMatch(/^2126-/);
  });

  it('does not lock what no query sees', async () => {
    await locked().begin('work/account_id=1/x.state', 'application/gzip', signal);
    expect(s3.requests[0]?.headers[MODE]).toBeUndefined();
  });

  it('says what to do when S3 refuses', async () => {
    uploads = locked();
    s3.before = () => ({ status: 400, code: 'InvalidRequest' });
    await expect(begun()).rejects.toThrow(
      /s3:PutObjectRetention.*: enable Object Lock on the bucket, or export without it$/,
    );
  });
});

import { timeouts } from '../../../lambda/aws/timeouts.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { s3Archive } from '../../../local/verify/s3-archive.ts';
import { type Finding, type Selection, verify } from '../../../local/verify/verify.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FlakyProxy } from '../../support/flaky-proxy.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import { historyIn } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const FIRST = Date.parse('2026-11-23T18:00:00Z');
const HOUR = 3_600_000;
const requestOf = (hour: number) => ({
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: FIRST + hour * HOUR,
  statuses: JOB_STATUSES,
  thingGroups: [],
  thingGroupIds: [],
});
const ROWS = jobsKey(requestOf(0));
const RECORD = recordKey(requestOf(0));

let s3: LoopbackS3;
let proxy: FlakyProxy;
let endpoint: string;
beforeEach(async () => {
  s3 = new LoopbackS3();
  proxy = new FlakyProxy(await s3.start());
  endpoint = await proxy.start();
});
afterEach(async () => {
  await proxy.stop();
  await s3.stop();
});

async function writeSnapshots(count: number) {
  for (let hour = 0; hour < count; hour++) {
    const store = new MemoryStore();
    const source = new ScriptedSource(({ status }) => page([`${status}-1`, `${status}-2`], undefined, status));
    const request = requestOf(hour);
    await exportSnapshot(
      request,
      { clock: new FakeClock(request.scheduledAt), source, ...historyIn(store) },
      Number.POSITIVE_INFINITY,
    );
    for (const [key, body] of store.objects) {
      s3.objects.set(`history/${key}`, { body: Buffer.from(body), checksum: undefined });
    }
  }
}

function archive(silenceMs?: number) {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const requestHandler = silenceMs === undefined ? {} : { requestHandler: timeouts({ silenceMs }) };
  return s3Archive({
    bucket: 'history',
    prefix: '',
    client: { endpoint, region: 'eu-west-1', credentials, ...requestHandler },
  });
}

const findings = async (selection: Selection = {}, silenceMs?: number): Promise<Finding[]> =>
  await Array.fromAsync(verify(archive(silenceMs), selection));

/** A fate for the first few gets of one object. */
function brokenAtFirst(key: string, times: number, fate: 'cut' | 'stall') {
  let left = times;
  proxy.fate = (method, path) => (method === 'GET' && path.startsWith(`/history/${key}`) && left-- > 0 ? fate : 'pass');
}

it.each([ROWS, RECORD])('reads an object again whose body breaks off: %s', async (key) => {
  await writeSnapshots(1);
  brokenAtFirst(key, 2, 'cut');
  expect(await findings()).toMatchObject([{ jobCount: 10, problems: [] }]);
});

it('reads an object again whose body stops coming', async () => {
  await writeSnapshots(1);
  brokenAtFirst(ROWS, 1, 'stall');
  expect(await findings({}, 1000)).toMatchObject([{ jobCount: 10, problems: [] }]);
});

it('names an object that breaks off each time, and goes on with the rest', async () => {
  await writeSnapshots(2);
  brokenAtFirst(ROWS, 100, 'cut');
  const found = await findings();
  expect(found.map(({ jobCount }) => jobCount)).toEqual([10, 10]);
  expect(found.flatMap(({ problems }) => problems)).toEqual([
    { key: ROWS, text: expect.stringMatching(/^could not be read: \w*Error: \w+/) },
  ]);
});

it('names an object that may not be read, or is in an archive, and goes on with the rest', async () => {
  await writeSnapshots(2);
  s3.before = ({ path, method }) =>
    method === 'GET' && path === `history/${ROWS}` ? { status: 403, code: 'InvalidObjectState' } : undefined;
  const found = await findings();
  expect(found.flatMap(({ problems }) => problems)).toEqual([
    { key: ROWS, text: expect.stringContaining('could not be read: InvalidObjectState') },
  ]);
});

it('still checks the rows of a record that cannot be read', async () => {
  await writeSnapshots(2);
  s3.objects.set(`history/${ROWS}`, { body: Buffer.from('x'), checksum: undefined });
  brokenAtFirst(RECORD, 100, 'cut');
  const found = await findings();
  expect(found.flatMap(({ problems }) => problems.map(({ key }) => key))).toEqual([RECORD, ROWS]);
});

it('ends with the error where nothing may be read, and where one object after the other fails', async () => {
  await writeSnapshots(2);
  s3.before = ({ query, method }) =>
    method === 'GET' && !query.has('list-type') ? { status: 403, code: 'AccessDenied' } : undefined;
  await expect(findings()).rejects.toThrow(/S3 refused s3:GetObject on history\/.*AccessDenied/);

  await writeSnapshots(30);
  s3.before = ({ path, query }) =>
    query.has('list-type') || path.endsWith(RECORD) ? undefined : { status: 403, code: 'AccessDenied' };
  await expect(findings()).rejects.toThrow('AccessDenied');
});

it('ends with the error where credentials expire on the way', async () => {
  await writeSnapshots(1);
  s3.before = ({ query }) => (query.has('list-type') ? undefined : { status: 400, code: 'ExpiredToken' });
  await expect(findings()).rejects.toThrow('The AWS credentials have expired');
});

it('reads the rows where S3 keeps a checksum of parts only, which is no checksum of the object', async () => {
  await writeSnapshots(1);
  const { body } = s3.objects.get(`history/${ROWS}`) as { body: Buffer };
  const composite = `${Buffer.alloc(32, 7).toString('base64')}-2`;
  s3.objects.set(`history/${ROWS}`, { body, checksum: composite });
  expect(await findings({ isQuick: true })).toMatchObject([{ jobCount: 10, problems: [] }]);
  expect(s3.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('.gz'))).toHaveLength(1);
});

it('says when S3 does not answer a listing, in words of its own command', async () => {
  s3.before = () => ({ status: 403, code: 'AccessDenied' });
  await expect(findings()).rejects.toThrow('S3 refused s3:ListBucket on history/jobs');
});

it('decodes keys that S3 encodes, because XML cannot hold all characters', async () => {
  const encoded = archive();
  s3.objects.set('history/jobs/a+b c', { body: Buffer.from('x'), checksum: undefined });
  const listed = await Array.fromAsync(encoded.list('jobs'));
  expect(listed.map(({ key }) => key)).toEqual(['jobs/a+b c']);
  expect(s3.requests.every(({ query }) => query.get('encoding-type') === 'url')).toBe(true);
});

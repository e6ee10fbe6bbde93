import { createIotSource } from '../../../lambda/aws/iot-source.ts';
import { systemClock } from '../../../lambda/aws/system-clock.ts';
import type { JobSource } from '../../../lambda/ports.ts';
import { type IotAnswer, LoopbackIot } from '../../support/loopback-iot.ts';

const signal = new AbortController().signal;
const QUERY = { status: 'IN_PROGRESS' } as const;
const THROTTLE = { status: 400, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } };

let iot: LoopbackIot;
let source: JobSource;

beforeEach(async () => {
  iot = new LoopbackIot();
  source = sourceAt(await iot.start(), 1000);
});
afterEach(() => iot.stop());

function sourceAt(endpoint: string, callsPerSecond: number, maxAttempts?: number): JobSource {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = { endpoint, region: 'eu-west-1', credentials };
  return createIotSource({ client, maxAttempts, callsPerSecond, clock: systemClock });
}

it('asks for pages of 250 with every filter, under the names of the API', async () => {
  const query = {
    status: 'CANCELED',
    thingGroupName: 'fleet-eu',
    targetSelection: 'SNAPSHOT',
    namespaceId: 'ns',
    nextToken: 'a/b+c=',
  } as const;
  await source.listJobs(query, signal);
  expect(iot.queries).toEqual([{ ...query, maxResults: '250' }]);
});

it('gives jobs with times in milliseconds, and the token', async () => {
  const job = { jobId: 'a', status: 'NEW_STATUS', createdAt: 1486687079.743, isConcurrent: false };
  iot.answer = () => ({ body: { jobs: [job], nextToken: 'more' } });
  expect(await source.listJobs(QUERY, signal)).toMatchObject({
    jobs: [{ jobId: 'a', status: 'NEW_STATUS', createdAt: 1486687079743, isConcurrent: false }],
    nextToken: 'more',
  });
});

it.each([
  ['no jobs field', {}],
  ['null for everything', { jobs: null, nextToken: null }],
  ['an empty token', { jobs: [], nextToken: '' }],
])('takes %s for an empty last page', async (_what, body) => {
  iot.answer = () => ({ body });
  const page = await source.listJobs(QUERY, signal);
  expect(page).toEqual({ jobs: [] });
});

it('takes null for absent in a job', async () => {
  iot.answer = () => ({ body: { jobs: [{ jobId: 'a', jobArn: null, completedAt: null, isConcurrent: null }] } });
  const [job] = (await source.listJobs(QUERY, signal)).jobs;
  expect(job).toMatchObject({ jobId: 'a' });
  expect([job?.jobArn ?? null, job?.completedAt ?? null, job?.isConcurrent ?? null]).toEqual([null, null, null]);
});

it.each([
  ['createdAt', '2026-11-23'],
  ['createdAt', 1e15],
  ['lastUpdatedAt', { seconds: 5 }],
  ['completedAt', true],
  ['isConcurrent', 'yes'],
  ['status', 7],
  ['thingGroupId', ['g']],
])('leaves out a %s that is %j, says so, and keeps the job', async (field, value) => {
  iot.answer = () => ({ body: { jobs: [{ jobId: 'odd', createdAt: 1, [field]: value }, { jobId: 'even' }] } });
  const { jobs, oddFields } = await source.listJobs(QUERY, signal);
  expect(jobs).toMatchObject([{ jobId: 'odd', [field]: undefined }, { jobId: 'even' }]);
  expect([...(oddFields ?? [])]).toEqual([[jobs[0], [{ job: 'odd', field, value: JSON.stringify(value) }]]]);
  expect(source.counts.calls).toBe(1);
});

it('names a job without a usable id by its ARN, or not at all', async () => {
  const jobArn = 'arn:aws:iot:eu-west-1:123456789012:job/a';
  iot.answer = () => ({ body: { jobs: [{ jobId: 5, jobArn }, { jobId: 5 }] } });
  const { oddFields } = await source.listJobs(QUERY, signal);
  const fields = [...(oddFields?.values() ?? [])].flat();
  expect(fields.map(({ job, field, value }) => [job, field, value])).toEqual([
    [jobArn, 'jobId', '5'],
    [undefined, 'jobId', '5'],
  ]);
});

it.each<[string, IotAnswer]>([
  ['a throttle', THROTTLE],
  ['500', { status: 500, errorType: 'InternalFailureException' }],
  ['503', { status: 503, errorType: 'ServiceUnavailableException' }],
  ['a reset', { fault: 'reset' }],
  ['a reset in the middle of the body', { body: { jobs: [{ jobId: 'a' }] }, fault: 'reset-in-body' }],
  ['a body that is cut', { body: '{"jobs": [{"jobId": "a"' }],
])('asks again after %s', async (_what, answer) => {
  iot.answer = (_query, call) => (call < 2 ? answer : { body: { jobs: [{ jobId: 'whole' }] } });
  expect((await source.listJobs(QUERY, signal)).jobs).toMatchObject([{ jobId: 'whole' }]);
  expect(source.counts.calls).toBe(3);
  expect(source.counts.throttled).toBe(answer === THROTTLE ? 2 : 0);
});

it.each<[string, string, IotAnswer, RegExp]>([
  [
    'no permission',
    'AccessDeniedError',
    { status: 403, errorType: 'AccessDeniedException', body: { message: 'not authorized' } },
    /No permission for iot:ListJobs/,
  ],
  [
    'credentials that have expired',
    'CredentialsError',
    {
      status: 403,
      errorType: 'ExpiredTokenException',
      body: { message: 'The security token included in the request is expired' },
    },
    /credentials have expired/,
  ],
  [
    'credentials that are not valid',
    'CredentialsError',
    { status: 403, errorType: 'UnrecognizedClientException' },
    /No valid AWS credentials/,
  ],
  [
    'a group that is not there',
    'ThingGroupNotFoundError',
    { status: 404, errorType: 'ResourceNotFoundException' },
    /fleet-eu does not exist/,
  ],
  [
    'a filter that it refuses',
    'RequestRefusedError',
    { status: 400, errorType: 'InvalidRequestException', body: { message: 'bad namespace' } },
    /refused ListJobs for {"status".*bad namespace/,
  ],
])('makes of %s a %s, and does not ask again', async (_what, name, answer, message) => {
  iot.answer = () => answer;
  const query = { ...QUERY, thingGroupName: 'fleet-eu' };
  await expect(source.listJobs(query, signal)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(source.counts.calls).toBe(1);
});

it.each<[string, string, IotAnswer]>([
  ['throttling that does not end', 'ThrottledOutError', THROTTLE],
  ['a service that is down', 'ServiceUnavailableError', { status: 503, errorType: 'ServiceUnavailableException' }],
  ['nonsense that does not end', 'ServiceUnavailableError', { body: '<html>' }],
])('makes of %s a %s', async (_what, name, answer) => {
  const impatient = sourceAt(`http://127.0.0.1:${new URL(await restart()).port}`, 1000, 2);
  iot.answer = () => answer;
  await expect(impatient.listJobs(QUERY, signal)).rejects.toMatchObject({ name });
  expect(impatient.counts.calls).toBe(2);
});

it('takes "not found" for a missing thing group only where one was requested', async () => {
  iot.answer = () => ({ status: 404, errorType: 'ResourceNotFoundException', body: { message: 'no namespace ns' } });
  await expect(source.listJobs({ ...QUERY, namespaceId: 'ns' }, signal)).rejects.toMatchObject({
    name: 'RequestRefusedError',
    message: expect.stringMatching(/refused ListJobs for {.*"namespaceId":"ns".*no namespace ns/),
  });
});

describe('a thing group that is looked up', () => {
  it('exists or does not, and is no call of ListJobs', async () => {
    const missing = { status: 404, errorType: 'ResourceNotFoundException' };
    iot.describeThingGroup = (name) => (name === 'fleet:eu' ? {} : missing);
    expect(await source.thingGroupExists('fleet:eu', signal)).toBe(true);
    expect(await source.thingGroupExists('nowhere', signal)).toBe(false);
    expect(iot.lookedUp).toEqual(['fleet:eu', 'nowhere']);
    expect(source.counts.calls).toBe(0);
  });

  it.each<[string, IotAnswer, RegExp, number]>([
    ['AccessDeniedError', { status: 403, errorType: 'AccessDeniedException' }, /allow .*iot:DescribeThingGroup/, 1],
    ['ThrottledOutError', THROTTLE, /DescribeThingGroup was throttled/, 3],
    ['ServiceUnavailableError', { fault: 'reset' }, /failed to answer DescribeThingGroup/, 3],
  ])('is a %s where that is unknown, after few attempts', async (name, answer, message, attempts) => {
    iot.describeThingGroup = () => answer;
    await expect(source.thingGroupExists('g', signal)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(iot.lookedUp).toHaveLength(attempts);
  });

  it('waits for its turn like every call', async () => {
    const paced = sourceAt(await restart(), 20);
    const startedAt = performance.now();
    for (let i = 0; i < 3; i++) {
      await paced.listJobs(QUERY, signal);
      await paced.thingGroupExists('g', signal);
    }
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5 * 50 - 5);
  });
});

it('gives up a call that is not answered, and tries again', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = { endpoint: await restart(), region: 'eu-west-1', credentials };
  const patience = { maxAttempts: 2, pageTimeoutMs: 200, groupTimeoutMs: 200 };
  const hurried = createIotSource({ client, ...patience, callsPerSecond: 1000, clock: systemClock });
  iot.answer = (_query, call) => (call === 0 ? { fault: 'hang' } : { body: { jobs: [{ jobId: 'a' }] } });
  expect((await hurried.listJobs(QUERY, signal)).jobs).toHaveLength(1);
  iot.describeThingGroup = () => ({ fault: 'hang' });
  await expect(hurried.thingGroupExists('g', signal)).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  expect(iot.lookedUp).toHaveLength(3);
});

describe('a clock that is set back by an hour', () => {
  afterEach(() => jest.restoreAllMocks());
  const setBack = () => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
  };

  it('does not make the next call wait', async () => {
    const paced = sourceAt(await restart(), 20);
    await paced.listJobs(QUERY, signal);
    setBack();
    const startedAt = performance.now();
    await paced.listJobs(QUERY, signal);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('does not make the adaptive retries wait after a throttle', async () => {
    iot.answer = (_query, call) => (call === 0 ? THROTTLE : {});
    await source.listJobs(QUERY, signal);
    setBack();
    const startedAt = performance.now();
    await source.listJobs(QUERY, signal);
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });
});

it('says which endpoint cannot be reached', async () => {
  const nowhere = sourceAt('http://127.0.0.1:1', 1000, 2);
  await expect(nowhere.listJobs(QUERY, signal)).rejects.toMatchObject({
    name: 'ServiceUnavailableError',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('leaves a call that hangs when the signal aborts, with its reason', async () => {
  iot.answer = () => ({ fault: 'hang' });
  const controller = new AbortController();
  const call = source.listJobs(QUERY, controller.signal);
  setTimeout(() => controller.abort(new Error('time is up')), 20);
  await expect(call).rejects.toThrow('time is up');
});

it('keeps to its rate, retries included, and does not make up for time gone by', async () => {
  const paced = sourceAt(await restart(), 20);
  iot.answer = (_query, call) => (call === 2 ? { status: 503, errorType: 'ServiceUnavailableException' } : {});
  const startedAt = performance.now();
  for (let i = 0; i < 7; i++) await paced.listJobs(QUERY, signal);
  // 8 attempts have 7 gaps of 50 ms between them.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(7 * 50 - 5);
  expect(paced.counts.calls).toBe(8);
});

async function restart(): Promise<string> {
  await iot.stop();
  iot = new LoopbackIot();
  return await iot.start();
}

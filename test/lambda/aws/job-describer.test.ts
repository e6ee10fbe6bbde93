import fc from 'fast-check';
import { createIotSource } from '../../../lambda/aws/iot-source.ts';
import { createJobDescriber, type JobDescriberProps } from '../../../lambda/aws/job-describer.ts';
import { systemClock as clock } from '../../../lambda/aws/system-clock.ts';
import { type IotAnswer, LoopbackIot } from '../../support/loopback-iot.ts';

const signal = new AbortController().signal;
const THROTTLE = { status: 400, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } };
const NOT_FOUND = { status: 404, errorType: 'ResourceNotFoundException', body: { message: 'no job' } };

let iot: LoopbackIot;
let endpoint: string;

beforeEach(async () => {
  iot = new LoopbackIot();
  endpoint = await iot.start();
});
afterEach(() => iot.stop());

function client() {
  return { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
}

function describer(props: Partial<JobDescriberProps> = {}) {
  return createJobDescriber({ client: client(), callsPerSecond: 1000, clock, ...props });
}

it('describes a job', async () => {
  iot.describeJob = (jobId) => ({
    body: { job: { jobId, createdAt: 1486687079.743, jobProcessDetails: { numberOfFailedThings: 2 } } },
  });
  const { describeJob, counts } = describer();
  expect(await describeJob('fw-7', signal)).toMatchObject({
    jobId: 'fw-7',
    createdAt: 1486687079743,
    things: { FAILED: 2 },
  });
  expect(iot.described).toEqual(['fw-7']);
  expect(counts).toEqual({ calls: 1, throttled: 0 });
});

it('asks by any id that a job may have', async () => {
  const { describeJob } = describer();
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-';
  const ids = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(ids, async (jobId) => {
      expect(await describeJob(jobId, signal)).toMatchObject({ jobId });
      expect(iot.described.at(-1)).toBe(jobId);
    }),
    { numRuns: 50, examples: [[alphabet], ['-'], ['_'], ['--help'], ['0']] },
  );
  expect(iot.queries).toEqual([]);
});

it('has nothing of a job that is gone, and does not ask again', async () => {
  iot.describeJob = () => NOT_FOUND;
  const { describeJob, counts } = describer();
  expect(await describeJob('gone', signal)).toBeUndefined();
  expect(counts.calls).toBe(1);
});

it.each<[string, IotAnswer]>([
  ['a throttle', THROTTLE],
  ['500', { status: 500, errorType: 'InternalFailureException' }],
  ['503', { status: 503, errorType: 'ServiceUnavailableException' }],
  ['a reset', { fault: 'reset' }],
  ['a reset in the middle of the body', { body: { job: { jobId: 'a' } }, fault: 'reset-in-body' }],
  ['a body that is cut', { body: '{"job": {"jobId": "a"' }],
  ['no job', { body: { documentSource: 'x' } }],
])('asks again after %s', async (_what, answer) => {
  iot.describeJob = (jobId, before) => (before < 2 ? answer : { body: { job: { jobId, status: 'COMPLETED' } } });
  const { describeJob, counts } = describer();
  expect(await describeJob('a', signal)).toMatchObject({ jobId: 'a', status: 'COMPLETED' });
  expect(counts).toEqual({ calls: 3, throttled: answer === THROTTLE ? 2 : 0 });
});

it.each<[string, string, IotAnswer, RegExp]>([
  [
    'no permission',
    'AccessDeniedError',
    { status: 403, errorType: 'AccessDeniedException', body: { message: 'not authorized' } },
    /No permission for iot:DescribeJob of job fw-7 \(.*not authorized\): allow the action iot:DescribeJob/,
  ],
  [
    'credentials that have expired',
    'CredentialsError',
    { status: 403, errorType: 'ExpiredTokenException', body: { message: 'expired' } },
    /credentials have expired/,
  ],
  [
    'a request that it refuses',
    'RequestRefusedError',
    { status: 400, errorType: 'InvalidRequestException', body: { message: 'bad' } },
    /refused DescribeJob for {"jobId":"fw-7"} \(.*bad\): see what `aws iot describe-job --job-id fw-7` says/,
  ],
  [
    'a 404 that is of no job',
    'RequestRefusedError',
    { status: 404, errorType: 'NotFound' },
    /refused DescribeJob for {"jobId":"fw-7"}/,
  ],
])('makes of %s a %s, and does not ask again', async (_what, name, answer, message) => {
  iot.describeJob = () => answer;
  const { describeJob, counts } = describer();
  await expect(describeJob('fw-7', signal)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(counts.calls).toBe(1);
});

it.each<[string, string, IotAnswer, RegExp]>([
  [
    'throttling that does not end',
    'ThrottledOutError',
    THROTTLE,
    /DescribeJob of job fw-7 was throttled .* lower describeCallsPerSecond, .* a higher DescribeJob quota/,
  ],
  [
    'a service that is down',
    'ServiceUnavailableError',
    { status: 503, errorType: 'ServiceUnavailableException' },
    /failed to answer DescribeJob of job fw-7 through all retries/,
  ],
  ['nonsense that does not end', 'ServiceUnavailableError', { body: '<html>' }, /SyntaxError/],
  ['no answer', 'ServiceUnavailableError', { fault: 'hang' }, /TimeoutError/],
])('makes of %s a %s', async (_what, name, answer, message) => {
  iot.describeJob = () => answer;
  const { describeJob, counts } = describer({ maxAttempts: 2, timeoutMs: 200 });
  await expect(describeJob('fw-7', signal)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(counts.calls).toBe(2);
});

it('has five attempts', async () => {
  iot.describeJob = () => ({ status: 500, errorType: 'InternalFailureException' });
  const { describeJob, counts } = describer();
  await expect(describeJob('fw-7', signal)).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  expect(counts.calls).toBe(5);
}, 15_000);

it('leaves a call that hangs when the signal aborts, with its reason', async () => {
  iot.describeJob = () => ({ fault: 'hang' });
  const controller = new AbortController();
  const call = describer().describeJob('a', controller.signal);
  setTimeout(() => controller.abort(new Error('time is up')), 20);
  await expect(call).rejects.toThrow('time is up');
});

it('keeps to its rate, retries included', async () => {
  iot.describeJob = (_jobId, before) =>
    before === 0 ? { status: 503, errorType: 'ServiceUnavailableException' } : { body: { job: {} } };
  const { describeJob, counts } = describer({ callsPerSecond: 20 });
  const startedAt = performance.now();
  for (const jobId of ['a', 'b', 'c']) await describeJob(jobId, signal);
  // 6 attempts have 5 gaps of 50 ms between them.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5 * 50 - 5);
  expect(counts.calls).toBe(6);
});

it('does not slow down ListJobs, neither by its turns nor by its throttles', async () => {
  iot.describeJob = () => THROTTLE;
  const source = createIotSource({ client: client(), callsPerSecond: 1000, clock });
  const { describeJob, counts } = describer({ callsPerSecond: 1, maxAttempts: 2 });
  const described = Promise.allSettled(['a', 'b'].map((jobId) => describeJob(jobId, signal)));
  const startedAt = performance.now();
  for (let i = 0; i < 10; i++) await source.listJobs({ status: 'IN_PROGRESS' }, signal);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(source.counts).toEqual({ calls: 10, throttled: 0 });
  await described;
  expect(counts).toEqual({ calls: 4, throttled: 4 });
}, 30_000);

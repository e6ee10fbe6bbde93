import { gunzipSync } from 'node:zlib';
import type { JobDetailsRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { type Invocation, runBundle } from '../support/bundle.ts';
import { pointsOf } from '../support/emf.ts';
import { type IotAnswer, LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';

const EVENT = {
  export: 'all',
  scheduledTime: '2026-11-23T18:00:00Z',
  details: { statuses: ['IN_PROGRESS'], maxJobs: 500 },
  rollouts: { failedPercent: 20, minThings: 5 },
};
const DAY = 'account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23';
const THROTTLE: IotAnswer = { status: 400, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } };
const OF_DETAILS = /^(DescribeJobCalls|Details|Things|Worst|Stalled)/;

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = ({ status }) => ({
    body: { jobs: status === 'IN_PROGRESS' ? ['a', 'b', 'c'].map((jobId) => ({ jobId, status })) : [] },
  });
  iot.describeJob = (jobId) => described(jobId);
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

/** A job of which 6 things succeeded, 4 failed by default, and one is queued. */
function described(jobId: string, failed = 4): IotAnswer {
  const jobProcessDetails = {
    numberOfQueuedThings: 1,
    numberOfInProgressThings: 0,
    numberOfSucceededThings: 6,
    numberOfFailedThings: failed,
    numberOfRejectedThings: 0,
    numberOfTimedOutThings: 0,
    numberOfRemovedThings: 0,
    numberOfCanceledThings: 0,
  };
  return { body: { job: { jobId, status: 'IN_PROGRESS', jobProcessDetails } } };
}

const run = (event: object = EVENT) =>
  runBundle(event, { ...endpoints, variables: { DESCRIBE_JOB_PER_SECOND: '1000' } });
const stored = (table: string, form: string) =>
  s3.objects.get(`history/${table}/${DAY}/20261123T180000Z-all.${form}`)?.body;
const record = () => parseLines<SnapshotRecord>(String(stored('snapshots', 'ndjson')))[0];
const points = ({ metrics }: Invocation) =>
  Object.fromEntries(pointsOf(metrics).filter(([name]) => OF_DETAILS.test(name)));
const summary = ({ lines }: Invocation) => lines.find(({ message }) => message === 'Snapshot completed');
const warnings = ({ lines }: Invocation) => lines.filter(({ level }) => level === 'WARN');

it('describes the jobs in progress, and logs the state of their rollouts', async () => {
  iot.describeJob = (jobId) => described(jobId, jobId === 'b' ? 1 : 4);
  const invocation = await run();
  expect(invocation.answer).toMatchObject({ outcome: 'written', jobCount: 3 });
  expect(iot.described.sort()).toEqual(['a', 'b', 'c']);
  const rows = parseLines<JobDetailsRow>(gunzipSync(stored('details', 'ndjson.gz') ?? '').toString());
  expect(rows).toMatchObject([
    { job_id: 'a', status: 'IN_PROGRESS', queued_things: 1, failed_things: 4 },
    { job_id: 'b', failed_things: 1 },
    { job_id: 'c', failed_things: 4 },
  ]);
  expect(record()).toMatchObject({ detail_count: 3, details_left_out: 0 });
  expect(points(invocation)).toEqual({
    'DetailsLeftOut all': 0,
    'DescribeJobCalls all': 3,
    'DetailsFailed all': 0,
    'ThingsInStatus all/QUEUED': 3,
    'ThingsInStatus all/IN_PROGRESS': 0,
    'ThingsInStatus all/SUCCEEDED': 18,
    'ThingsInStatus all/FAILED': 9,
    'ThingsInStatus all/REJECTED': 0,
    'ThingsInStatus all/TIMED_OUT': 0,
    'ThingsInStatus all/REMOVED': 0,
    'ThingsInStatus all/CANCELED': 0,
    'WorstFailedPercent all': 40,
    'StalledRollouts all': 0,
  });
  expect(summary(invocation)).toMatchObject({
    details: { described: 3, leftOut: 0, gone: 0, failed: 0, calls: 3, throttledCalls: 0 },
    listJobsCalls: 6,
  });
  expect(warnings(invocation).map(({ message, jobId }) => [message, jobId])).toEqual([
    ['Rollout fails', 'a'],
    ['Rollout fails', 'c'],
  ]);
});

it('leaves out a job that is gone and one that cannot be described, and asks again after a throttle', async () => {
  iot.describeJob = (jobId, before) => {
    if (jobId === 'a') return before === 0 ? THROTTLE : described(jobId);
    if (jobId === 'b') return { status: 404, errorType: 'ResourceNotFoundException', body: { message: 'no job' } };
    return { status: 400, errorType: 'InvalidRequestException', body: { message: 'bad' } };
  };
  const invocation = await run();
  expect(invocation.answer).toMatchObject({ outcome: 'written', jobCount: 3 });
  expect(record()).toMatchObject({ detail_count: 1, details_left_out: 2 });
  expect(points(invocation)).toMatchObject({
    'DetailsLeftOut all': 2,
    'DescribeJobCalls all': 4,
    'DetailsFailed all': 1,
  });
  expect(points(invocation)).not.toHaveProperty('ThingsInStatus all/QUEUED');
  expect(warnings(invocation)).toContainEqual(
    expect.objectContaining({
      message: 'Details are incomplete',
      described: 1,
      leftOut: 2,
      gone: 1,
      failed: 1,
      reason: expect.stringMatching(/^RequestRefusedError: AWS IoT refused DescribeJob for {"jobId":"c"} .*bad/),
    }),
  );
});

it('has its snapshot where it may not describe jobs, and says what permission is missing', async () => {
  iot.describeJob = () => ({ status: 403, errorType: 'AccessDeniedException', body: { message: 'not authorized' } });
  const invocation = await run();
  expect(invocation.answer).toMatchObject({ outcome: 'written', jobCount: 3 });
  expect(record()).toMatchObject({ detail_count: 0, details_left_out: 3 });
  expect(stored('details', 'ndjson.gz')).toBeUndefined();
  const { 'DescribeJobCalls all': calls, ...others } = points(invocation);
  expect(others).toEqual({ 'DetailsLeftOut all': 3, 'DetailsFailed all': 1 });
  expect(calls).toBeGreaterThan(0);
  expect(warnings(invocation)).toMatchObject([
    { message: 'Details are incomplete', failed: 3, reason: expect.stringMatching(/allow the action iot:DescribeJob/) },
  ]);
});

it('logs nothing about details where none are requested', async () => {
  const { details: _, rollouts: __, ...event } = EVENT;
  const invocation = await run(event);
  expect(record()).toMatchObject({ detail_count: null, details_left_out: null });
  expect(iot.described).toEqual([]);
  expect(points(invocation)).toEqual({});
  expect(summary(invocation)).not.toHaveProperty('details');
});

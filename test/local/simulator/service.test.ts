import {
  DescribeJobCommand,
  DescribeThingGroupCommand,
  IoTClient,
  ListJobsCommand,
  type ListJobsCommandInput,
  paginateListJobs,
} from '@aws-sdk/client-iot';
import { THING_STATUSES } from '../../../lambda/contract/details.ts';
import { SimulatedClock } from '../../../local/simulator/clock.ts';
import { describeJob } from '../../../local/simulator/describe-job.ts';
import { seededFleet } from '../../../local/simulator/fleet.ts';
import { type SimulatedJob, statusAt } from '../../../local/simulator/job.ts';
import { createSimulatedDescriber } from '../../../local/simulator/job-describer.ts';
import { thingsAt } from '../../../local/simulator/rollout.ts';
import { type ServiceServer, serve } from '../../../local/simulator/server.ts';
import { createService, type ServiceProps } from '../../../local/simulator/service.ts';

const NOON = Date.parse('2026-11-16T12:00:00Z');
const fleet = seededFleet({ seed: 7, jobsPerHour: 4 });
const group = fleet.thingGroups[0] as (typeof fleet.thingGroups)[number];
const servers: ServiceServer[] = [];
const clients: IoTClient[] = [];

async function connect(props: Partial<ServiceProps> = {}) {
  const clock = new SimulatedClock(NOON);
  const server = await serve(
    createService({ accountId: '123456789012', region: 'eu-west-1', fleet, clock, callsPerSecond: 1e6, ...props }),
  );
  const client = new IoTClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  servers.push(server);
  clients.push(client);
  return {
    client,
    clock,
    list: (input: ListJobsCommandInput) => client.send(new ListJobsCommand(input)),
    describeJob: (jobId: string) => client.send(new DescribeJobCommand({ jobId })),
    describe: (thingGroupName: string) => client.send(new DescribeThingGroupCommand({ thingGroupName })),
  };
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function all(client: IoTClient, input: ListJobsCommandInput, pageSize = 250) {
  const pages = [];
  for await (const page of paginateListJobs({ client, pageSize }, { ...input })) pages.push(page.jobs ?? []);
  return pages;
}

const living = (instant: number) => fleet.jobsAround(instant).filter((job) => statusAt(job, instant) !== undefined);
const ids = (pages: readonly { jobId?: string }[][]) => pages.flat().map(({ jobId }) => jobId);

test('pages are full but for the last, and together hold every job once, in the order of creation', async () => {
  const { client } = await connect();
  const pages = await all(client, {});
  expect(pages.slice(0, -1).every(({ length }) => length === 250)).toBe(true);
  expect(ids(pages)).toEqual(living(NOON).map(({ jobId }) => jobId));
});

test('a summary has what AWS gives: Dates with milliseconds, the ARN, no thing group unless asked by one', async () => {
  const { list } = await connect();
  const { jobs = [] } = await list({ status: 'COMPLETED', targetSelection: 'SNAPSHOT', maxResults: 1 });
  const job = fleet.jobsAround(NOON).find(({ jobId }) => jobId === jobs[0]?.jobId);
  expect(jobs[0]).toEqual({
    jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${job?.jobId}`,
    jobId: job?.jobId,
    targetSelection: 'SNAPSHOT',
    status: 'COMPLETED',
    createdAt: new Date(job?.lifecycle.createdAt ?? 0),
    lastUpdatedAt: new Date(job?.lifecycle.endedAt ?? 0),
    completedAt: new Date(job?.lifecycle.endedAt ?? 0),
    isConcurrent: false,
  });
});

test('each filter lets through its own jobs, alone and with others', async () => {
  const { client } = await connect();
  const jobs = living(NOON);
  const expectOnly = async (input: ListJobsCommandInput, keep: (job: (typeof jobs)[number]) => boolean) => {
    const expected = jobs.filter(keep).map(({ jobId }) => jobId);
    expect(expected.length).toBeGreaterThan(0);
    expect(ids(await all(client, input))).toEqual(expected);
  };
  await expectOnly({ status: 'IN_PROGRESS' }, (job) => statusAt(job, NOON) === 'IN_PROGRESS');
  await expectOnly({ targetSelection: 'CONTINUOUS' }, (job) => job.targetSelection === 'CONTINUOUS');
  await expectOnly({ namespaceId: 'field-service' }, (job) => job.namespaceId === 'field-service');
  await expectOnly({ thingGroupName: group.name }, (job) => job.thingGroups.includes(group));
  await expectOnly(
    { thingGroupId: group.id, status: 'COMPLETED' },
    (job) => job.thingGroups.includes(group) && statusAt(job, NOON) === 'COMPLETED',
  );
});

test('a group filter, by name or by id, has the group id in every summary', async () => {
  const { list } = await connect();
  for (const filter of [{ thingGroupName: group.name }, { thingGroupId: group.id }]) {
    const { jobs = [] } = await list({ ...filter, maxResults: 5 });
    expect(jobs.map(({ thingGroupId }) => thingGroupId)).toEqual(Array(5).fill(group.id));
  }
});

test('a job that moves on between two pages is met again in its new status', async () => {
  const { client, clock } = await connect();
  const before = ids(await all(client, { status: 'IN_PROGRESS' }));
  clock.skipTo(NOON + 12 * 3_600_000);
  const after = new Set(ids(await all(client, { status: 'COMPLETED' })));
  const moved = before.filter((id) => after.has(id));
  expect(moved.length).toBeGreaterThan(10);
});

test.each<[string, ListJobsCommandInput, string]>([
  ['maxResults below 1', { maxResults: 0 }, "Value '0' at 'maxResults'"],
  ['maxResults above 250', { maxResults: 251 }, "Value '251' at 'maxResults'"],
  ['an unknown status', { status: 'BOGUS' as 'COMPLETED' }, "Value 'BOGUS' at 'status'"],
  ['an unknown target selection', { targetSelection: 'ALL' as 'SNAPSHOT' }, "Value 'ALL' at 'targetSelection'"],
  ['a malformed group name', { thingGroupName: 'fleet eu' }, "Value 'fleet eu' at 'thingGroupName'"],
  ['a malformed group id', { thingGroupId: 'a_b' }, "Value 'a_b' at 'thingGroupId'"],
  ['a malformed namespace', { namespaceId: 'a.b' }, "Value 'a.b' at 'namespaceId'"],
  ['a group by name and by id', { thingGroupName: 'lab', thingGroupId: 'a' }, 'Only one of'],
  ['an invented token', { nextToken: 'abc' }, 'Invalid nextToken'],
  ['an empty token', { nextToken: '' }, 'Invalid nextToken'],
])('%s is an InvalidRequestException', async (_what, input, message) => {
  const { list } = await connect();
  await expect(list(input)).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: expect.stringContaining(message),
    $metadata: { httpStatusCode: 400 },
  });
});

test('a token goes only with the filters that it was given for', async () => {
  const { list } = await connect();
  const { nextToken } = await list({ status: 'COMPLETED', maxResults: 10 });
  await expect(list({ status: 'CANCELED', nextToken })).rejects.toThrow('Invalid nextToken');
  await expect(list({ status: 'COMPLETED', nextToken })).resolves.toBeDefined();
});

test('an unknown thing group is a ResourceNotFoundException', async () => {
  const { list } = await connect();
  for (const filter of [{ thingGroupName: 'fleet-moon' }, { thingGroupId: 'a-b-c' }]) {
    await expect(list(filter)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  }
});

test('an unknown thing group has no jobs where the service is set to answer so', async () => {
  const { list } = await connect({ missingGroups: 'empty' });
  for (const filter of [{ thingGroupName: 'fleet-moon' }, { thingGroupId: 'a-b-c' }]) {
    await expect(list(filter)).resolves.toMatchObject({ jobs: [] });
  }
  expect((await list({ thingGroupName: group.name })).jobs?.length).toBeGreaterThan(0);
});

test('DescribeThingGroup distinguishes a group that exists from one that does not, by a quota of its own', async () => {
  const { list, describe } = await connect({ callsPerSecond: 1, describesPerSecond: 3 });
  await list({ maxResults: 1 });
  await expect(list({ maxResults: 1 })).rejects.toMatchObject({ name: 'ThrottlingException' });
  await expect(describe(group.name)).resolves.toMatchObject({ thingGroupName: group.name, thingGroupId: group.id });
  await expect(describe('fleet-moon')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(describe('a b')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(describe(group.name)).rejects.toMatchObject({ name: 'ThrottlingException' });
});

const NOBODY = new AbortController().signal;
const WHERE = { accountId: '123456789012', region: 'eu-west-1' };

function find(what: (job: SimulatedJob) => unknown): SimulatedJob {
  const job = living(NOON).find(what);
  if (!job) throw new Error('The fleet has no such job');
  return job;
}

test('DescribeJob says of a job what ListJobs does, and how many things are in each status', async () => {
  const { list, describeJob } = await connect();
  const { jobs = [] } = await list({ status: 'IN_PROGRESS', maxResults: 20 });
  for (const summary of jobs) {
    const { job = {}, documentSource } = await describeJob(summary.jobId ?? '');
    expect(job).toMatchObject(summary);
    const known = find(({ jobId }) => jobId === summary.jobId);
    const { processingTargets, ...counts } = job.jobProcessDetails ?? {};
    const things = thingsAt(known, NOON);
    expect(counts).toEqual({
      numberOfQueuedThings: things.QUEUED,
      numberOfInProgressThings: things.IN_PROGRESS,
      numberOfSucceededThings: things.SUCCEEDED,
      numberOfFailedThings: things.FAILED,
      numberOfRejectedThings: things.REJECTED,
      numberOfTimedOutThings: things.TIMED_OUT,
      numberOfRemovedThings: things.REMOVED,
      numberOfCanceledThings: things.CANCELED,
    });
    expect(processingTargets).toEqual(summary.isConcurrent ? job.targets : undefined);
    expect([job.targets?.length, documentSource]).toEqual([
      known.thingGroups.length || known.rollout.things,
      undefined,
    ]);
  }
});

test('DescribeJob has the configuration of a job where it has one, and why it was canceled', async () => {
  const { describeJob } = await connect();
  const described = async (job: SimulatedJob) => (await describeJob(job.jobId)).job;
  const arn = (resource: string) => `arn:aws:iot:eu-west-1:123456789012:${resource}`;

  const firmware = find(({ rollout }) => rollout.packageVersion && rollout.jobTemplate);
  expect(await described(firmware)).toMatchObject({
    jobTemplateArn: arn('jobtemplate/firmware-update'),
    destinationPackageVersions: [arn(`package/${firmware.rollout.packageVersion?.join('/version/')}`)],
  });
  const bounded = find(({ rollout: { maximumPerMinute, abortCriteria, inProgressTimeoutMinutes } }) =>
    [maximumPerMinute, abortCriteria, inProgressTimeoutMinutes].every((one) => one !== undefined),
  );
  const { maximumPerMinute, abortCriteria, inProgressTimeoutMinutes, description } = bounded.rollout;
  const answered = await described(bounded);
  expect([
    answered?.jobExecutionsRolloutConfig,
    answered?.abortConfig,
    answered?.timeoutConfig,
    answered?.description,
  ]).toEqual([
    { maximumPerMinute },
    { criteriaList: abortCriteria },
    { inProgressTimeoutInMinutes: inProgressTimeoutMinutes },
    description,
  ]);
  const canceled = find((job) => statusAt(job, NOON) === 'CANCELED');
  expect(await described(canceled)).toMatchObject({
    ...canceled.rollout.canceledFor,
    forceCanceled: canceled.rollout.isForceCanceled,
  });
  const doomed = find((job) => job.lifecycle.endsAs === 'CANCELED' && job.lifecycle.endedAt > NOON);
  expect((await described(doomed))?.reasonCode).toBeUndefined();
  const things = find(({ thingGroups }) => thingGroups.length === 0);
  expect((await described(things))?.targets?.[0]).toMatch(/^arn:aws:iot:eu-west-1:123456789012:thing\/device-\d+$/);
  const groups = find(({ thingGroups }) => thingGroups.length > 1);
  expect((await described(groups))?.targets).toEqual(groups.thingGroups.map(({ name }) => arn(`thinggroup/${name}`)));
});

test('the times of a schedule are text to the minute, in UTC', async () => {
  const { describeJob } = await connect();
  const scheduleOf = async (job: SimulatedJob) => (await describeJob(job.jobId)).job?.schedulingConfig;
  const text = (instant: number) => new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
  const waiting = find(({ lifecycle }) => lifecycle.startedAt > lifecycle.createdAt && !lifecycle.windows);
  expect(await scheduleOf(waiting)).toEqual({
    startTime: text(Math.min(waiting.lifecycle.startedAt, waiting.lifecycle.endedAt)),
  });
  const windowed = find(({ lifecycle }) => lifecycle.windows);
  expect(await scheduleOf(windowed)).toEqual({
    startTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d$/),
    maintenanceWindows: [
      {
        startTime: expect.stringMatching(/^cron\(\d+ \d+ \* \* \? \*\)$/),
        durationInMinutes: (windowed.lifecycle.windows?.lengthMs ?? 0) / 60_000,
      },
    ],
  });
  const ending = find(
    ({ targetSelection, lifecycle }) => targetSelection === 'CONTINUOUS' && lifecycle.endsAs === 'COMPLETED',
  );
  expect(await scheduleOf(ending)).toEqual({ endTime: text(ending.lifecycle.endedAt), endBehavior: 'STOP_ROLLOUT' });
  const plain = find(
    ({ targetSelection, lifecycle }) => targetSelection === 'SNAPSHOT' && lifecycle.startedAt === lifecycle.createdAt,
  );
  expect(await scheduleOf(plain)).toBeUndefined();
});

test('DescribeJob has no job that is not there, not yet or no longer, and a quota of its own', async () => {
  // A slow machine must not refill the quota.
  const { list, describeJob } = await connect({
    callsPerSecond: 1,
    jobDescriptionsPerSecond: 5,
    clock: new SimulatedClock(NOON, 1e-6),
  });
  await list({ maxResults: 1 });
  await expect(list({ maxResults: 1 })).rejects.toMatchObject({ name: 'ThrottlingException' });
  const gone = fleet.jobsAround(NOON).find(({ lifecycle }) => lifecycle.goneAt <= NOON);
  const toCome = fleet.jobsAround(NOON).find(({ lifecycle }) => lifecycle.createdAt > NOON + 2000);
  for (const jobId of ['no-such-job', gone?.jobId, toCome?.jobId]) {
    await expect(describeJob(jobId ?? '')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  }
  await expect(describeJob('a b')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(describeJob(living(NOON)[0]?.jobId ?? '')).resolves.toHaveProperty('job');
  await expect(describeJob('no-such-job')).rejects.toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
  });
});

test('the describer in this process says what goes on the wire, and counts', async () => {
  const clock = { now: () => NOON };
  const describer = createSimulatedDescriber({ fleet, clock, ...WHERE });
  const [job] = living(NOON);
  const description = await describer.describeJob(job?.jobId ?? '', NOBODY);
  expect(description).toEqual(describeJob(fleet, job?.jobId ?? '', NOON, WHERE));
  expect(Object.keys(description?.things ?? {})).toEqual(expect.arrayContaining([...THING_STATUSES]));
  expect(await describer.describeJob('no-such-job', NOBODY)).toBeUndefined();
  expect(describer.counts).toEqual({ calls: 2, throttled: 0 });
  await expect(describer.describeJob('no-such-job', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

test('the quota throttles what goes beyond it, by the clock, and others in the account use it up too', async () => {
  const { list, clock } = await connect({ callsPerSecond: 3, othersPerSecond: (now) => (now < NOON + 60_000 ? 0 : 9) });
  const burst = async () =>
    (await Promise.allSettled(Array.from({ length: 6 }, () => list({ maxResults: 1 })))).map((call) =>
      call.status === 'fulfilled' ? 'passed' : `${call.reason.name} ${call.reason.$metadata.httpStatusCode}`,
    );
  const throttles = (outcomes: string[]) => outcomes.filter((outcome) => outcome === 'ThrottlingException 400').length;
  expect(throttles(await burst())).toBeGreaterThanOrEqual(2);
  clock.skipTo(NOON + 10_000);
  expect((await burst())[0]).toBe('passed');
  clock.skipTo(NOON + 70_000);
  expect(throttles(await burst())).toBe(6);
});

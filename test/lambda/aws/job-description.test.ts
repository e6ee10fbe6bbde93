import fc from 'fast-check';
import { parseJobDescription } from '../../../lambda/aws/job-description.ts';
import { THING_STATUSES } from '../../../lambda/contract/details.ts';

/** As in AWS IoT API Reference, DescribeJob, Response Syntax. */
const JOB = {
  jobArn: 'arn:aws:iot:eu-west-1:123456789012:job/fw-7',
  jobId: 'fw-7',
  targetSelection: 'SNAPSHOT',
  status: 'CANCELED',
  createdAt: 1486687079.743,
  lastUpdatedAt: 1486687080,
  completedAt: 1486687081.001,
  isConcurrent: false,
  targets: ['arn:aws:iot:eu-west-1:123456789012:thinggroup/eu'],
  description: 'Firmware 7',
  comment: 'too many failures',
  reasonCode: 'ABORTED',
  forceCanceled: true,
  jobTemplateArn: 'arn:aws:iot:eu-west-1:123456789012:jobtemplate/fw',
  destinationPackageVersions: ['arn:aws:iot:eu-west-1:123456789012:package/fw/version/7'],
  jobProcessDetails: {
    processingTargets: ['arn:aws:iot:eu-west-1:123456789012:thing/a'],
    numberOfQueuedThings: 1,
    numberOfInProgressThings: 2,
    numberOfSucceededThings: 3,
    numberOfFailedThings: 4,
    numberOfRejectedThings: 5,
    numberOfTimedOutThings: 6,
    numberOfRemovedThings: 7,
    numberOfCanceledThings: 8,
  },
  jobExecutionsRolloutConfig: { maximumPerMinute: 50 },
  abortConfig: {
    criteriaList: [
      { action: 'CANCEL', failureType: 'FAILED', thresholdPercentage: 12.5, minNumberOfExecutedThings: 100 },
    ],
  },
  timeoutConfig: { inProgressTimeoutInMinutes: 60 },
  schedulingConfig: { startTime: '2026-12-01 03:15', endTime: '2026-12-02 03:15', endBehavior: 'CANCEL' },
  // Not kept.
  namespaceId: 'ns',
  presignedUrlConfig: { expiresInSec: 60 },
};

/** What is kept of it. */
const DESCRIPTION = {
  jobArn: JOB.jobArn,
  jobId: 'fw-7',
  targetSelection: 'SNAPSHOT',
  status: 'CANCELED',
  createdAt: 1486687079743,
  lastUpdatedAt: 1486687080000,
  completedAt: 1486687081001,
  isConcurrent: false,
  targets: JOB.targets,
  description: 'Firmware 7',
  comment: 'too many failures',
  reasonCode: 'ABORTED',
  forceCanceled: true,
  jobTemplateArn: JOB.jobTemplateArn,
  destinationPackageVersions: JOB.destinationPackageVersions,
  things: {
    QUEUED: 1,
    IN_PROGRESS: 2,
    SUCCEEDED: 3,
    FAILED: 4,
    REJECTED: 5,
    TIMED_OUT: 6,
    REMOVED: 7,
    CANCELED: 8,
  },
  maximumPerMinute: 50,
  abortCriteria: JOB.abortConfig.criteriaList,
  inProgressTimeoutMinutes: 60,
  scheduledStartAt: Date.parse('2026-12-01T03:15:00Z'),
  scheduledEndAt: Date.parse('2026-12-02T03:15:00Z'),
  endBehavior: 'CANCEL',
};

const parse = (job: unknown) => parseJobDescription(JSON.stringify({ documentSource: 'https://doc', job }));

it('keeps what the table of details has a column for', () => {
  expect(parse(JOB)).toEqual(DESCRIPTION);
});

it.each([
  ['nothing', {}],
  ['null for everything', Object.fromEntries(Object.keys(JOB).map((field) => [field, null]))],
  [
    'structures without a field',
    {
      jobProcessDetails: {},
      jobExecutionsRolloutConfig: {},
      abortConfig: {},
      timeoutConfig: {},
      schedulingConfig: { startTime: null },
    },
  ],
])('takes %s for a job of which nothing is known', (_what, job) => {
  expect(Object.values(parse(job)).filter((value) => value !== undefined)).toEqual([]);
});

it('leaves a count that is absent absent, and keeps one that is 0', () => {
  const { things } = parse({ jobProcessDetails: { numberOfFailedThings: 0, numberOfQueuedThings: null } });
  expect(things).toEqual({ FAILED: 0 });
});

it.each([
  ['2026-12-01 03:15', '2026-12-01T03:15:00Z'],
  ['2026-12-01T03:15', '2026-12-01T03:15:00Z'],
  ['2026-12-01T03:15:30', '2026-12-01T03:15:30Z'],
  ['2026-12-01 03:15:30Z', '2026-12-01T03:15:30Z'],
  ['2028-02-29T23:59Z', '2028-02-29T23:59:00Z'],
])('takes a start of %s for UTC', (startTime, time) => {
  expect(parse({ schedulingConfig: { startTime } })).toMatchObject({ scheduledStartAt: Date.parse(time) });
});

it.each([
  '',
  '2026-12-01',
  '2026-02-29 03:15',
  '2026-13-01 03:15',
  '2026-12-01 24:00',
  '2026-12-01 03:60',
  '2026-12-01 03:15:60',
  '2026-12-01  03:15',
  '2026-12-01 03:15+01:00',
  '2026-12-01 03:15 CET',
  ' 2026-12-01 03:15',
  'cron(0 3 1 12 ? 2026)',
  1764558900,
])('leaves out an end of %p, and says so', (endTime) => {
  const description = parse({ jobId: 'a', schedulingConfig: { endTime } });
  expect(description.scheduledEndAt).toBeUndefined();
  const value = JSON.stringify(endTime);
  expect(description.oddFields).toEqual([{ job: 'a', field: 'schedulingConfig.endTime', value }]);
});

it.each<[string, object]>([
  ['targets', { targets: ['arn', 7] }],
  ['destinationPackageVersions', { destinationPackageVersions: { 0: 'arn' } }],
  ['jobProcessDetails', { jobProcessDetails: [5] }],
  ['jobProcessDetails.numberOfFailedThings', { jobProcessDetails: { numberOfFailedThings: -1 } }],
  ['jobProcessDetails.numberOfQueuedThings', { jobProcessDetails: { numberOfQueuedThings: '5' } }],
  ['jobExecutionsRolloutConfig.maximumPerMinute', { jobExecutionsRolloutConfig: { maximumPerMinute: 0.5 } }],
  ['abortConfig.criteriaList', { abortConfig: { criteriaList: [{ action: 'CANCEL' }, 'CANCEL'] } }],
  ['timeoutConfig', { timeoutConfig: 60 }],
  ['forceCanceled', { forceCanceled: 'true' }],
])('leaves out %s of another type as a whole, by its name', (field, job) => {
  const { oddFields, ...description } = parse({ ...job, jobArn: 'arn:job/a' });
  expect(description).toEqual({ jobArn: 'arn:job/a' });
  expect(oddFields).toMatchObject([{ job: 'arn:job/a', field }]);
});

it('keeps a criterion of which a field is of another type', () => {
  const criteriaList = [{ action: 'CANCEL', thresholdPercentage: '20' }, { failureType: 'ALL' }];
  const { abortCriteria, oddFields } = parse({ jobId: 'a', abortConfig: { criteriaList } });
  expect(abortCriteria).toEqual([{ action: 'CANCEL' }, { failureType: 'ALL' }]);
  expect(oddFields).toEqual([{ job: 'a', field: 'abortConfig.criteriaList.thresholdPercentage', value: '"20"' }]);
});

/** Every field that is read, with the path to it. */
const PATHS: readonly (readonly string[])[] = [
  ...Object.keys(JOB).map((field) => [field]),
  ...Object.keys(JOB.jobProcessDetails).map((field) => ['jobProcessDetails', field]),
  ...Object.keys(JOB.schedulingConfig).map((field) => ['schedulingConfig', field]),
  ...Object.keys(JOB.abortConfig.criteriaList[0] ?? {}).map((field) => ['abortConfig', 'criteriaList', '0', field]),
  ['jobExecutionsRolloutConfig', 'maximumPerMinute'],
  ['abortConfig', 'criteriaList'],
  ['timeoutConfig', 'inProgressTimeoutInMinutes'],
];

it('never fails at a field, whatever it is: it keeps all others, and reports what it leaves out', () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(1e15, -1, 0.5, '2026-12-01 03:15', [], [null], {}, Number.MAX_SAFE_INTEGER),
  );
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), anything, (path, value) => {
      const { oddFields = [], ...description } = parse(changed(JOB, path, value));
      const name = path.filter((step) => step !== '0').join('.');
      for (const odd of oddFields) expect([odd.field, odd.field.startsWith(name)]).toEqual([odd.field, true]);
      const others = Object.entries(DESCRIPTION).filter(([field]) => !isOf(path, field));
      for (const [field, kept] of others) expect(description[field as keyof typeof description]).toEqual(kept);
      for (const status of THING_STATUSES) {
        const count = description.things?.[status];
        expect(count === undefined || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }
      for (const time of [description.scheduledStartAt, description.createdAt]) {
        expect(time === undefined || Number.isSafeInteger(time)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

it('takes numbers that no double holds for odd ones', () => {
  const body = '{"job": {"createdAt": 1e999, "jobProcessDetails": {"numberOfFailedThings": 1e999}}}';
  const { oddFields, ...description } = parseJobDescription(body);
  expect(Object.values(description).filter((value) => value !== undefined)).toEqual([]);
  expect(oddFields?.map(({ field }) => field)).toEqual(['createdAt', 'jobProcessDetails.numberOfFailedThings']);
});

it.each([
  '',
  '{"job": {"jobId": "a"',
  'null',
  '[]',
  '7',
  '"job"',
  '{}',
  '{"job": null}',
  '{"job": []}',
  '{"job": "a"}',
])('refuses a body of %s', (body) => {
  expect(() => parseJobDescription(body)).toThrow(SyntaxError);
});

/** Fields of the description that come from a field of the job. */
function isOf([top, field]: readonly string[], kept: string): boolean {
  const from: Record<string, readonly string[]> = {
    jobProcessDetails: ['things'],
    jobExecutionsRolloutConfig: ['maximumPerMinute'],
    abortConfig: ['abortCriteria'],
    timeoutConfig: ['inProgressTimeoutMinutes'],
    schedulingConfig: ['scheduledStartAt', 'scheduledEndAt', 'endBehavior'].filter(
      (name) => field === undefined || name.toLowerCase().includes(field.replace('Time', '').toLowerCase()),
    ),
  };
  return (from[top ?? ''] ?? [top]).includes(kept);
}

function changed(structure: object, [step = '', ...steps]: readonly string[], value: unknown): unknown {
  const copy: Record<string, unknown> | unknown[] = Array.isArray(structure) ? [...structure] : { ...structure };
  const before = (copy as Record<string, unknown>)[step];
  Object.assign(copy, { [step]: steps.length > 0 ? changed(before as object, steps, value) : value });
  return copy;
}

import fc from 'fast-check';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { inProcessHandler } from '../support/in-process-handler.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';

const VALID = {
  export: 'all',
  scheduledTime: '2026-11-23T18:00:00Z',
  statuses: [...JOB_STATUSES],
  thingGroups: ['eu'],
};
const before = { ...process.env };

let iot: LoopbackIot;
let s3: LoopbackS3;
let handle: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  handle = await inProcessHandler({ iot: await iot.start(), s3: await s3.start() });
});
afterAll(async () => {
  process.env = before;
  await Promise.all([iot.stop(), s3.stop()]);
});

const isEmptyObject = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
const nothingOf = (value: unknown) => value === undefined || value === null;
const notText = fc.anything({ maxDepth: 2 }).filter((value) => typeof value !== 'string');
const notList = fc.anything({ maxDepth: 2 }).filter((value) => !Array.isArray(value) && value !== undefined);
/** Long, in other alphabets, with the separators of keys and lines: a text that no rule allows. */
const badText = fc.oneof(
  fc.constantFrom('', ' ', 'a b', 'a/b', '../a', 'a\n', 'ä', '*', '"', '\u0000', 'x/'.repeat(300)),
  fc.string({ unit: 'grapheme' }).map((text) => `${text} `),
);
const badList = fc.oneof(
  notList,
  fc.array(fc.oneof(badText, notText), { minLength: 1, maxLength: 5 }),
  fc.constantFrom(['eu', 'eu'], ['COMPLETED', 'COMPLETED']),
);
/** A change that makes the valid event a bad one, by the field that the refusal has to name. */
const badChange: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  fc.tuple(fc.constant('export'), fc.oneof(badText, notText)),
  fc.tuple(
    fc.constant('scheduledTime'),
    fc.oneof(badText, notText, fc.constantFrom('2026-02-30T00:00:00Z', '2999-01-01T00:00:00Z')),
  ),
  fc.tuple(fc.constant('statuses'), badList),
  fc.tuple(fc.constantFrom('thingGroups', 'thingGroupIds', 'alarms'), badList),
  fc.tuple(
    fc.constantFrom('targetSelection', 'namespaceId'),
    fc.oneof(
      badText,
      notText.filter((value) => value !== undefined),
    ),
  ),
  fc.tuple(
    fc.constantFrom('details', 'rollouts'),
    fc.oneof(
      notText.filter((value) => value !== undefined && !isEmptyObject(value)),
      badText,
      fc.record({ statuses: badList, maxJobs: fc.integer() }),
      fc.record({ failedPercent: badText }),
    ),
  ),
  fc.tuple(
    fc.stringMatching(/^[a-z]{1,12}$/).map((name) => `${name}Of`),
    fc.anything({ maxDepth: 1 }),
  ),
);

it('refuses whatever is wrong with an event by the name of the field, with no call made and nothing written', async () => {
  await fc.assert(
    fc.asyncProperty(badChange, async ([field, value]) => {
      await expect(handle({ ...VALID, [field]: value })).rejects.toMatchObject({
        name: 'BadEventError',
        message: expect.stringContaining(field),
      });
    }),
    { numRuns: 300 },
  );
  expect([iot.queries, s3.requests]).toEqual([[], []]);
});

it('refuses details where the function has no rate of DescribeJob, with no call made', async () => {
  const details = { statuses: ['IN_PROGRESS'], maxJobs: 5 };
  await expect(handle({ ...VALID, details })).rejects.toMatchObject({
    name: 'BadEventError',
    message:
      'The event is not valid: details need a rate of DescribeJob, and the function has none (DESCRIBE_JOB_PER_SECOND): ' +
      'deploy an export with details, or leave details out of the event',
  });
  expect([iot.queries, iot.described, s3.requests]).toEqual([[], [], []]);
});

it('refuses whatever is no event', async () => {
  const noEvent = fc
    .anything()
    .filter((value) => nothingOf(value) || typeof value !== 'object' || !('export' in value));
  await fc.assert(
    fc.asyncProperty(noEvent, async (event) => {
      await expect(handle(event)).rejects.toMatchObject({ name: 'BadEventError' });
    }),
  );
  expect([iot.queries, s3.requests]).toEqual([[], []]);
});

it('refuses whatever is wrong with the environment by the name of the variable, with no call made', async () => {
  const badRate = fc
    .string({ unit: 'binary-ascii' })
    .filter((text) => !/^\d+(\.\d+)?$/.test(text) && !text.includes('\0'));
  const badVariable = fc.oneof(
    fc.tuple(
      fc.constantFrom('LIST_JOBS_PER_SECOND', 'DESCRIBE_JOB_PER_SECOND'),
      fc.oneof(badRate, fc.constantFrom('0', '0.0', '-5', '1e9', 'Infinity')),
    ),
    fc.tuple(fc.constantFrom('HISTORY_BUCKET', 'AWS_REGION'), fc.constant('')),
  );
  await fc.assert(
    fc.asyncProperty(badVariable, async ([name, value]) => {
      const kept = process.env[name];
      process.env[name] = value;
      try {
        await expect(handle(VALID)).rejects.toMatchObject({
          name: 'BadEnvironmentError',
          message: expect.stringContaining(name),
        });
      } finally {
        if (kept === undefined) delete process.env[name];
        else process.env[name] = kept;
      }
    }),
  );
  expect([iot.queries, s3.requests]).toEqual([[], []]);
});

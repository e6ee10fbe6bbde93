import fc from 'fast-check';
import { checkConfig, type ExporterConfig, UsageError } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { refuseLargeTemplates } from '../../lib/stack-limits.ts';
import { dummyCode, newApp } from './synth.ts';

const some = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const KEY = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const statusOfAlarm = fc.constantFrom('IN_PROGRESS', 'SCHEDULED', 'COMPLETED');
const alarmFields = fc.record({
  thingGroup: some('eu', 'us'),
  comparison: fc.constantFrom('>', '>=', '<', '<='),
  threshold: fc.nat(1000),
  forSnapshots: some(1, 2, 10),
  name: some('one', 'two'),
  topicArn: some('arn:aws:sns:{region}:{account}:a'),
});
const alarm = fc
  .tuple(alarmFields, statusOfAlarm, fc.constantFrom('status', 'movedTo'))
  .map(([fields, status, key]) => ({ [key]: status, ...fields }));
const described = fc.constantFrom<object>(
  {},
  { details: true },
  { details: {}, rollouts: { failedPercent: 0.01 } },
  { details: { maxJobs: 50 }, rollouts: { minThings: 1, stalledHours: 2160 } },
);
const exportFields = fc.record({
  name: fc.constantFrom('all', 'active', 'fleets'),
  statuses: some(['IN_PROGRESS'], ['SCHEDULED', 'IN_PROGRESS']),
  thingGroups: some(['eu'], ['eu', 'us']),
  thingGroupIds: some(['0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11']),
  targetSelection: some('SNAPSHOT', 'CONTINUOUS'),
  namespaceId: some('n'),
  alarms: fc.option(fc.array(alarm, { maxLength: 2 }), { nil: undefined }),
  metrics: some({ perThingGroup: false }, { changes: true }, {}),
});
const timed = fc.constantFrom<object>(
  { schedule: 'rate(5 minutes)' },
  { schedule: 'rate(40 days)', maxRunMinutes: 1440 },
  { schedule: 'cron(0 9-17 ? * MON-FRI *)', timeZone: 'Europe/Berlin' },
  { schedule: 'cron(0 9-17 ? * MON-FRI *)', timeZone: 'UTC', maxRunMinutes: 60 },
  { schedule: 'cron(0 0 1 1 ? 2030)', maxRunMinutes: 480 },
);
/** What no export may ask for, or not with most of the others. */
const mistake = fc.constantFrom<object>(
  { schedule: 'rate(5 minutes)', timeZone: 'UTC', maxRunMinutes: 480 },
  { details: { statuses: ['SCHEDULED'], maxJobs: 8000 } },
  { details: undefined, rollouts: { stalledHours: 1 } },
  { alarms: [{ status: 'COMPLETED', comparison: '>', threshold: 1, thingGroup: 'other' }] },
);
/** Alarms of what the export counts: of a status that it lists, by thing group where it lists these, each once. */
function fitAlarms<Fields extends { statuses?: string[]; thingGroups?: string[]; alarms?: object[] }>(fields: Fields) {
  const { statuses = [], thingGroups: [thingGroup] = [], alarms } = fields;
  const counted = alarms?.map((alarm, place) => ({
    ...alarm,
    ...{ thingGroup, name: `alarm-${place}` },
    ...('movedTo' in alarm ? { movedTo: statuses[0] ?? alarm.movedTo } : { status: statuses[0] ?? 'IN_PROGRESS' }),
  }));
  return {
    ...fields,
    alarms: counted,
    ...(counted && { metrics: { changes: true, perThingGroup: thingGroup !== undefined } }),
  };
}
const anExport = fc
  .tuple(exportFields, timed, described, fc.integer({ max: 9, min: 0 }), mistake)
  .map(([fields, when, more, dice, wrong]) => ({
    ...(dice < 9 ? fitAlarms(fields) : fields),
    ...{ ...when, ...more, ...(dice === 8 && wrong) },
  }));
const exportsOf = fc.uniqueArray(anExport, { minLength: 1, maxLength: 2, selector: ({ name }) => name });
const options = {
  callsPerSecond: some(0.1, 7.5, 1000),
  describeCallsPerSecond: some(1, 7.5, 1000),
  logLevel: some('DEBUG', 'ERROR'),
  logRetentionDays: some(1, 3653),
  memorySize: some(128, 10_240),
  reservedConcurrency: some(2, 2, 2, 2, 1, 1000),
  disabledAlarms: some([], ['slow', 'no-snapshot'], ['snapshot-failed', 'run-failed']),
  alarmAfterMissedPeriods: some(1, 100),
  dashboard: some(true, false),
  alarmTopicArn: some('arn:aws:sns:us-east-1:111111111111:a', 'arn:aws:sns:{region}:{account}:a'),
};
const target = fc.record({
  account: fc.constantFrom('222222222222', '333333333333'),
  regions: fc.constantFrom(['us-east-1'], ['us-east-1', 'eu-west-1']),
  exports: fc.option(exportsOf, { nil: undefined }),
  ...options,
  alarmTopicArn: some('arn:aws:sns:{region}:{account}:a'),
});
const config = fc.record({
  exports: exportsOf,
  ...options,
  alarmEmails: some([], ['on-call@example.com']),
  historyStart: some('2020-02-29'),
  retiredExports: some([], ['old']),
  bytesScannedLimit: some(10_000_000),
  databaseName: some('fleet', 'd'.repeat(255)),
  expireRowsAfterDays: some(50, 36_500),
  objectLock: some({ mode: 'COMPLIANCE', days: 1 }),
  retiredKeys: some([], [KEY.replace('ab', 'ba')]),
  analystAccounts: some([], ['444444444444']),
  stackPrefix: some('fleet-', 'f'.repeat(90)),
  terminationProtection: some(true, false),
  history: fc.option(
    fc.record({
      account: fc.constant('111111111111'),
      region: fc.constant('us-east-1'),
      bucketName: some('fleet-history'),
      organizationId: some('o-a1b2c3d4e5'),
      customerKey: some<boolean | string>(true, false, KEY),
      retiredTargets: some([{ account: '555555555555', regions: ['eu-west-1'] }]),
    }),
    { nil: undefined },
  ),
  targets: fc.option(fc.uniqueArray(target, { minLength: 1, maxLength: 2, selector: ({ account }) => account }), {
    nil: undefined,
  }),
  organization: fc.option(
    fc.record({
      organizationalUnits: fc.constantFrom(['r-a1b2'], ['ou-a1b2-c3d4e5f6', 'ou-a1b2-d4e5f6a7']),
      regions: fc.constantFrom(['us-east-1'], ['us-east-1', 'eu-west-1']),
      excludeAccounts: some([], ['222222222222', '666666666666']),
      callAs: some('SELF', 'DELEGATED_ADMIN'),
      failureTolerancePercentage: some(0, 100),
      metrics: some(true, true, true, false),
      exports: fc.option(exportsOf, { nil: undefined }),
      memorySize: some(1024),
    }),
    { nil: undefined },
  ),
});

/** Most of them hold together; the rest must be refused with a message. */
const together = config.map(({ history, targets, organization, alarmEmails, alarmTopicArn, ...others }) => {
  const isHub = history && (targets || organization);
  return {
    ...others,
    ...(isHub ? { history, targets, ...(history.organizationId && { organization }) } : { alarmEmails }),
    ...(alarmEmails && !isHub ? {} : { alarmTopicArn }),
  };
});

test('a configuration of whatever values becomes stacks, or is refused with a message', () => {
  // Suppress the warnings of configurations.
  jest.spyOn(console, 'error').mockImplementation(() => {});
  let synthesized = 0;
  const attempt = (values: unknown) => {
    const app = newApp();
    placeStacks(app, checkConfig(values as ExporterConfig), {
      ...{ code: dummyCode, healthCode: dummyCode, inlineCode: 'exports.handler = async () => {};' },
    });
    refuseLargeTemplates(app.synth());
    synthesized += 1;
  };
  fc.assert(
    fc.property(together, (values) => {
      try {
        attempt(values);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as Error).message).toMatch(/must|has (a|\d+) mistakes?:/);
      }
    }),
    { numRuns: 40 },
  );
  expect(synthesized).toBeGreaterThan(0);
  jest.restoreAllMocks();
});

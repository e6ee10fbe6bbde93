import fc from 'fast-check';
import { ConfigurationError, checkConfig } from '../../lib/config/index.ts';

const VALID = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)', statuses: ['IN_PROGRESS'], thingGroups: ['eu'] }],
  callsPerSecond: 5,
  historyStart: '2026-01-01',
};
const ALARM = { status: 'IN_PROGRESS', thingGroup: 'eu', comparison: '>', threshold: 5 };
const HUB = { account: '111111111111', region: 'us-east-1' };
const ORGANIZATION = { organizationalUnits: ['ou-a1b2-c3d4e5f6'], regions: ['eu-west-1'] };
const TARGET = { account: '222222222222', regions: ['eu-west-1'] };

/** Schedules that are nearly right, which is what people write. */
const schedule = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom('*', '?', '0', '5', '*/7', '1-5', 'L', '5#2', 'MON', '15W', '99', '-1'), {
      minLength: 4,
      maxLength: 7,
    })
    .map((fields) => `cron(${fields.join(' ')})`),
  fc
    .tuple(fc.integer({ min: -1, max: 90 }), fc.constantFrom('minute', 'minutes', 'hour', 'days', 'weeks'))
    .map(([n, unit]) => `rate(${n} ${unit})`),
  fc.bigInt({ min: 0n, max: 10n ** 400n }).map((n) => `rate(${n} days)`),
);
const ARNS = [
  'arn:aws:sns:{region}:{account}:a',
  'arn:aws:sns:eu-west-1:111111111111:a',
  'arn:aws-cn:sns:eu-west-1:111111111111:a',
  'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:eu-west-1:111111111111:key/abc',
  'arn:aws:kms:us-east-1:111111111111:alias/a',
  'arn:::::',
];
const REGIONS = ['us-east-1', 'eu-west-1', 'cn-north-1', 'us-est-1', 'constructor', '__proto__', 'toString'];
const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
  },
  schedule,
  fc.constantFrom([], '', null, 'all', ['SCHEDULED'], -1, 1e9, Symbol('s'), () => 1, Number.NaN, new Proxy({}, {})),
  fc.constantFrom(...ARNS, ...REGIONS, 'a@b.cd', true, false, 1, 2, 10, 15, 60, 1440, 'europe/berlin', 'PST', 'UTC'),
  fc.dictionary(fc.constantFrom(...REGIONS), fc.constantFrom(...ARNS)),
  fc.array(fc.constantFrom(...ARNS, ...REGIONS, 'a@b.cd', '111111111111'), { maxLength: 3 }),
);
/** Some of these keys, each with any value. */
const some = (...keys: string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });

const OPTIONS = [
  'callsPerSecond',
  'logLevel',
  'logRetentionDays',
  'memorySize',
  'reservedConcurrency',
  'alarmTopicArn',
  'alarmEmails',
  'disabledAlarms',
  'alarmAfterMissedPeriods',
  'dashboard',
  'metrics',
];
const alarm = some(
  'status',
  'movedTo',
  'thingGroup',
  'comparison',
  'threshold',
  'anomaly',
  'forSnapshots',
  'name',
  'topicArn',
).map((change) => ({ ...ALARM, ...change }));
const FIELDS = ['name', 'schedule', 'timeZone', 'statuses', 'thingGroups', 'thingGroupIds', 'targetSelection'];
const anExport = fc
  .tuple(
    some(...FIELDS, 'namespaceId', 'maxRunMinutes', 'alarms', 'metrics', 'nam'),
    fc.option(fc.array(alarm, { maxLength: 3 }), { nil: undefined }),
  )
  .map(([change, alarms]) => ({ ...VALID.exports[0], ...(alarms && { alarms }), ...change }));
const exportsOf = fc.array(anExport, { maxLength: 4 });
const target = fc
  .tuple(some(...OPTIONS), some('account', 'regions', 'exports', 'history'), fc.option(exportsOf, { nil: undefined }))
  .map(([options, change, exports]) => ({ ...TARGET, ...(exports && { exports }), ...options, ...change }));
const organization = fc
  .tuple(
    some(...OPTIONS),
    some(
      ...['organizationalUnits', 'regions', 'excludeAccounts', 'callAs', 'exports'],
      ...['maxConcurrentPercentage', 'failureTolerancePercentage', 'account'],
    ),
    fc.option(exportsOf, { nil: undefined }),
  )
  .map(([options, change, exports]) => ({ ...ORGANIZATION, ...(exports && { exports }), ...options, ...change }));
const hub = some(
  ...['account', 'region', 'bucketName', 'organizationId', 'customerKey', 'retiredTargets'],
  ...['alarmTopicArn', 'alarmEmails', 'disabledAlarms', 'healthEveryMinutes'],
).map((change) => ({
  ...HUB,
  ...change,
}));

const config = fc.oneof(
  fc.anything(),
  exportsOf.map((exports) => ({ ...VALID, exports })),
  some('exports', ...OPTIONS, 'colour').map((change) => ({ ...VALID, ...change })),
  some(
    'historyStart',
    'retiredExports',
    'bytesScannedLimit',
    'databaseName',
    'expireRowsAfterDays',
    'objectLock',
    'retiredKeys',
    'analystAccounts',
    'stackPrefix',
    'terminationProtection',
    'history',
    'targets',
    'organization',
  ).map((change) => ({ ...VALID, ...change })),
  schedule.map((text) => ({ ...VALID, exports: [{ ...VALID.exports[0], schedule: text }], expireRowsAfterDays: 40 })),
  fc
    .tuple(hub, fc.array(target, { maxLength: 3 }), some('retiredKeys', 'alarmTopicArn', 'alarmEmails', 'stackPrefix'))
    .map(([history, targets, change]) => ({ ...VALID, history, targets, ...change })),
  fc
    .tuple(hub, organization, some('targets', 'retiredKeys', 'alarmTopicArn', 'alarmEmails', 'stackPrefix', 'metrics'))
    .map(([history, own, change]) => ({
      ...VALID,
      history: { organizationId: 'o-a1b2c3d4e5', ...history },
      organization: own,
      ...change,
    })),
);

test('whatever is configured is taken, or refused with a line per mistake, and never fails in another way', () => {
  fc.assert(
    fc.property(config, (anything) => {
      try {
        expect(checkConfig(anything).exports.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        const { mistakes, message } = error as ConfigurationError;
        expect(mistakes.length).toBeGreaterThan(0);
        for (const mistake of mistakes) expect(message).toContain(mistake);
      }
    }),
    { numRuns: 600 },
  );
});

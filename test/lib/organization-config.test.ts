import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { checkConfig, DEFAULT_ALARMS, HEALTH_ALARMS } from '../../lib/config/index.ts';
import { optionsOfOrganization, stackSetOptions } from '../../lib/config/organization.ts';
import { mistakesOf } from './mistakes-of.ts';

const history = { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' };
const units = { organizationalUnits: ['ou-a1b2-c3d4e5f6'], regions: ['us-east-1', 'eu-west-1'] };
const hourly = { name: 'hourly', schedule: 'cron(0 * * * ? *)' } as const;
const configOf = (own: object = {}, more: object = {}) => ({
  exports: [hourly],
  history,
  organization: { ...units, ...own },
  ...more,
});
const optionsOf = (config: object) => {
  const checked = checkConfig(config);
  if (!checked.organization) throw new Error('There is no organization');
  return optionsOfOrganization(checked, checked.organization);
};

test('an organization needs a history with its id, and no targets', () => {
  expect(mistakesOf(configOf())).toEqual([]);
  const { organizationId: _, ...nameless } = history;
  expect(mistakesOf(configOf({}, { history: nameless }))).toEqual([
    'history.organizationId must be there with organization, whose accounts nobody knows beforehand: aws organizations ' +
      'describe-organization says it',
  ]);
  expect(mistakesOf(configOf({}, { history: undefined }))).toEqual([
    'history must be there with organization: name the account and the Region of their history',
  ]);
  expect(mistakesOf(configOf({}, { organization: undefined }))).toEqual([
    'targets or organization must be there with history: name an account and a Region to export at least, or ' +
      'organizational units',
  ]);
});

test('its exporters are quiet whatever the configuration says, unless it says so itself', () => {
  const loud = { metrics: true, dashboard: true, disabledAlarms: [], memorySize: 1024 };
  expect(optionsOf(configOf({}, loud))).toMatchObject({
    metrics: false,
    dashboard: false,
    disabledAlarms: DEFAULT_ALARMS,
    memorySize: 1024,
    exports: [hourly],
  });
  const own = { exports: [{ ...hourly, name: 'own' }], callsPerSecond: 2, memorySize: undefined };
  expect(optionsOf(configOf({ ...loud, ...own }, { memorySize: 256 }))).toMatchObject({
    ...loud,
    memorySize: 256,
    callsPerSecond: 2,
    exports: own.exports,
  });
});

test('what its StackSet is told has defaults', () => {
  expect(stackSetOptions(units)).toEqual({
    ...units,
    excludeAccounts: [],
    callAs: 'DELEGATED_ADMIN',
    maxConcurrentPercentage: 25,
    failureTolerancePercentage: 50,
  });
});

test('each key is checked against its rule, with its path', () => {
  const own = {
    organizationalUnits: ['ou-A', 'ou-a1b2-c3d4e5f6'],
    regions: [],
    excludeAccounts: ['1', '222222222222', '222222222222'],
    callAs: 'ADMIN',
    maxConcurrentPercentage: 0,
    failureTolerancePercentage: 101,
    metrics: 'no',
    retainStacks: true,
  };
  const paths = mistakesOf(configOf(own)).map((line) => line.split(' ')[0]);
  expect(paths.sort()).toEqual(
    [
      'organization.organizationalUnits[0]',
      'organization.regions',
      'organization.excludeAccounts',
      'organization.excludeAccounts[0]',
      'organization.callAs',
      'organization.maxConcurrentPercentage',
      'organization.failureTolerancePercentage',
      'organization.metrics',
      'organization.retainStacks',
    ].sort(),
  );
});

test.each([
  [[], 'must name an organizational unit at least'],
  [['r-a1b2', 'ou-a1b2-c3d4e5f6'], 'must not name units beside the root, which holds them all'],
  [['ou-a1b2-c3d4e5f6', 'ou-a1b2-c3d4e5f6'], 'must not name anything twice'],
  [
    Array.from({ length: 51 }, (_, index) => `ou-a1b2-c3d4e5${String(index).padStart(2, '0')}`),
    'must name 50 units at most: name a unit that holds several of them',
  ],
])('units are one to 50, or the root alone: %j', (organizationalUnits, mistake) => {
  expect(mistakesOf(configOf({ organizationalUnits }))).toEqual([expect.stringContaining(mistake)]);
  expect(mistakesOf(configOf({ organizationalUnits: ['r-a1b2'] }))).toEqual([]);
});

test('its Regions are in the partition of the history', () => {
  expect(mistakesOf(configOf({ regions: ['us-east-1', 'cn-north-1'] }))).toEqual([
    expect.stringMatching(
      /^organization\.regions\[1\] must be in the partition of history\.region, aws, .*"cn-north-1"/,
    ),
  ]);
});

test('the rules of several keys are of the options that its exporters end up with', () => {
  const exports = [{ ...hourly, details: true, rollouts: { failedPercent: 5 } }];
  expect(mistakesOf(configOf({}, { exports }))).toEqual([
    expect.stringMatching(
      /^organization\.exports\[0\]\.rollouts must be left out with metrics: false, .*metrics to true/,
    ),
  ]);
  expect(mistakesOf(configOf({ metrics: true }, { exports }))).toEqual([]);
  expect(mistakesOf(configOf({ exports: [hourly] }, { exports }))).toEqual([]);
  expect(mistakesOf(configOf({ disabledAlarms: ['slow'] }))).toEqual([
    expect.stringMatching(/^organization\.disabledAlarms must have snapshot-failed, .* with metrics: false/),
  ]);
  expect(mistakesOf(configOf({ exports: [hourly, hourly] }))).toEqual([
    expect.stringMatching(/^organization\.exports\[1\]\.name must not be that of organization\.exports\[0\]/),
  ]);
  expect(
    mistakesOf(configOf({ exports: [{ ...hourly, schedule: 'rate(60 days)' }] }, { expireRowsAfterDays: 7 })),
  ).toEqual([expect.stringContaining('with the schedule of organization.exports[0]')]);
});

test('a mistake of the common options is said once', () => {
  const exports = [{ ...hourly, schedule: 'rate(1 hour)', timeZone: 'Europe/Berlin' }];
  expect(mistakesOf(configOf({}, { exports }))).toEqual([expect.stringMatching(/^exports\[0\]\.timeZone/)]);
});

test('topics are checked against its Regions where it has alarms, and nobody is asked to confirm in each account', () => {
  const alarmTopicArn = 'arn:aws:sns:us-east-1:111111111111:on-call';
  const loud = { metrics: true, disabledAlarms: [] };
  expect(mistakesOf(configOf({}, { alarmTopicArn }))).toEqual([]);
  expect(mistakesOf(configOf(loud, { alarmTopicArn }))).toEqual([
    expect.stringMatching(/^alarmTopicArn must be a topic in the Region of its alarms, .* in eu-west-1/),
  ]);
  expect(mistakesOf(configOf({ ...loud, alarmTopicArn }))).toEqual([
    expect.stringMatching(/^organization\.alarmTopicArn must be a topic in the Region/),
  ]);
  for (const [config, path] of [
    [configOf({ alarmEmails: ['a@example.com'] }), 'organization.alarmEmails'],
    [configOf({}, { alarmEmails: ['a@example.com'] }), 'alarmEmails'],
  ] as const) {
    expect(mistakesOf(config)).toEqual([
      expect.stringMatching(`^${path} must be left out with targets and organization: .* history.alarmEmails`),
    ]);
  }
});

test('the name of the StackSet counts for the prefix of stacks', () => {
  const [mistake] = mistakesOf(configOf({}, { stackPrefix: 'p'.repeat(110) }));
  expect(mistake).toMatch(/^stackPrefix must have 104 characters at most, .* IotJobsHistory-Exporters after it/);
});

describe('the alarms of the hub', () => {
  const hubOf = (own: object) => configOf({}, { history: { ...history, ...own } });

  test('have a topic, addresses, names and a period', () => {
    const own = {
      alarmTopicArn: 'arn:aws:sns:us-east-1:111111111111:on-call',
      disabledAlarms: HEALTH_ALARMS,
      healthEveryMinutes: 5,
    };
    expect(checkConfig(hubOf(own)).history).toMatchObject(own);
    expect(mistakesOf(hubOf({ alarmEmails: ['on-call@example.com'] }))).toEqual([]);
  });

  test.each([
    [{ alarmTopicArn: 'arn:aws:sns:eu-west-1:111111111111:on-call' }, 'alarmTopicArn must be a topic in us-east-1'],
    [{ alarmTopicArn: 'arn:aws:sns:{region}:{account}:on-call' }, 'alarmTopicArn must be a topic in us-east-1'],
    [{ alarmTopicArn: 'on-call' }, 'alarmTopicArn must be the ARN of a standard SNS topic'],
    [{ alarmEmails: ['on-call'] }, 'alarmEmails[0] must be an e-mail address'],
    [
      { alarmEmails: ['a@example.com'], alarmTopicArn: 'arn:aws:sns:us-east-1:111111111111:on-call' },
      'alarmEmails must be left out with alarmTopicArn',
    ],
    [{ disabledAlarms: ['slow'] }, 'disabledAlarms[0] must be one of targets-silent'],
    [{ healthEveryMinutes: 4 }, 'healthEveryMinutes must be a whole number from 5 to 1440'],
    [{ healthEveryMinutes: 90.5 }, 'healthEveryMinutes must be a whole number from 5 to 1440'],
  ])('are refused where they are wrong: %j', (own, mistake) => {
    expect(mistakesOf(hubOf(own))).toEqual([expect.stringContaining(`history.${mistake}`)]);
  });
});

test('the example of the documents is taken', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');
  const [example] =
    docs
      .slice(docs.indexOf('## An organization'))
      .match(/defineConfig\((\{.*?\n\})\);/s)
      ?.slice(1) ?? [];
  expect(mistakesOf(runInNewContext(`(${example})`))).toEqual([]);
});

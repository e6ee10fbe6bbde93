import { App, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Fact, FactName } from 'aws-cdk-lib/region-info';
import { checkExporterOptions, checkHistoryOptions } from '../../lib/config/check.ts';
import { TIME_ZONES } from '../../lib/config/time-zones.ts';
import { mistakesOf } from './mistakes-of.ts';

const all = { name: 'all', schedule: 'cron(0 * * * ? *)' } as const;
const history = { account: '111111111111', region: 'us-east-1' };
const targets = [{ account: '222222222222', regions: ['us-east-1', 'eu-west-1'] }];
const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:us-east-1:111111111111:key/${ID}`;
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';

const ofExport = (change: object) => mistakesOf({ exports: [{ ...all, ...change }] });
const ofConfig = (change: object) => mistakesOf({ exports: [all], ...change });
const ofHub = (change: object) => ofConfig({ history: { ...history, ...change }, targets });

describe('time zones are names of the IANA database, as it spells them', () => {
  test.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['EUROPE/BERLIN', 'Europe/Berlin'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['PST', 'America/Los_Angeles'],
    ['Europe/Berlim', 'Europe/Berlin'],
  ])('%s is refused, and %s is meant', (timeZone, meant) => {
    expect(ofExport({ timeZone })).toEqual([
      `exports[0].timeZone must be an IANA time zone (did you mean ${meant}?); got ${JSON.stringify(timeZone)}`,
    ]);
  });

  test.each(['SystemV/PST8PDT', 'Factory', 'CTT', '+01:00', 'Berlin time', ''])('%s is refused', (timeZone) => {
    expect(ofExport({ timeZone })).toEqual([expect.stringContaining('exports[0].timeZone must be an IANA time zone')]);
  });

  test.each([
    'UTC',
    'Etc/UTC',
    'GMT',
    'Etc/GMT+5',
    'Etc/GMT-14',
    'Europe/Berlin',
    'Europe/Kiev',
    'Europe/Kyiv',
    'Asia/Calcutta',
    'Asia/Kolkata',
    'US/Pacific',
    'PST8PDT',
    'America/Argentina/Buenos_Aires',
    'America/Buenos_Aires',
  ])('%s is taken', (timeZone) => {
    expect(ofExport({ timeZone })).toEqual([]);
  });

  test('there is every name that the runtime lists, and none that Scheduler has no room for', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !TIME_ZONES.has(name))).toEqual([]);
    // Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpressionTimezone: 50 characters.
    expect([...TIME_ZONES].filter((name) => name.length > 50)).toEqual([]);
    expect(TIME_ZONES.size).toBeGreaterThanOrEqual(597);
  });
});

test.each([
  ['rate(99999999999 days)', 'rate(366 days)'],
  ['rate(367 days)', 'rate(366 days)'],
  ['rate(8785 hours)', 'rate(8784 hours)'],
  ['rate(527041 minutes)', 'rate(527040 minutes)'],
])('%s is longer than a year, and refused', (schedule, most) => {
  expect(ofExport({ schedule })).toEqual([
    `exports[0].schedule must be a rate of 366 days at most, ${most}: take a cron for what is rarer; got ` +
      JSON.stringify(schedule),
  ]);
  expect(ofExport({ schedule: most })).toEqual([]);
});

describe('names of buckets', () => {
  test.each(['xn--fleet', 'sthree-fleet', 'sthree-configurator', 'amzn-s3-demo-bucket'])('%s is refused', (name) => {
    expect(ofHub({ bucketName: name })).toEqual([
      expect.stringMatching(/^history\.bucketName must not begin with [a-z0-9-]+, which Amazon S3 reserves; got /),
    ]);
  });

  test.each(['fleet-s3alias', 'fleet--ol-s3', 'fleet--use1-az4--x-s3', 'fleet--table-s3', 'fleet-1-us-east-1-an'])(
    '%s is refused',
    (name) => {
      expect(ofHub({ bucketName: name })).toEqual([
        expect.stringMatching(/^history\.bucketName must not end with [a-z0-9-]+, which Amazon S3 reserves; got /),
      ]);
    },
  );

  test.each(['192.168.5.4', 'fleet.mrap', 'a..b', 'ab', '-fleet', 'fleet-', 'Fleet', 'f'.repeat(64)])(
    '%s is refused',
    (name) => {
      expect(ofHub({ bucketName: name })).toEqual([
        expect.stringContaining('history.bucketName must be a name of a bucket'),
      ]);
    },
  );

  test.each(['my-xn--fleet', 'sthree', 'fleet-s3alias-1', 'a1b', 'f'.repeat(63)])('%s is taken', (name) => {
    expect(ofHub({ bucketName: name })).toEqual([]);
  });
});

describe('Regions', () => {
  test.each([
    ['us-est-1', 'us-east-1'],
    ['eu-wst-1', 'eu-west-1'],
    ['us-east-11', 'us-east-1'],
    ['us-east-1a', 'us-east-1'],
  ])('%s is refused, and %s is meant', (region, meant) => {
    const mistake = `must be a Region that aws-cdk-lib knows (did you mean ${meant}?); for a newer one update aws-cdk-lib`;
    expect(ofConfig({ history, targets: [{ account: '222222222222', regions: [region] }] })).toEqual([
      expect.stringContaining(`targets[0].regions[0] ${mistake}`),
    ]);
    expect(ofHub({ region })).toEqual(expect.arrayContaining([expect.stringContaining(`history.region ${mistake}`)]));
  });

  test('what is like no Region is refused, too', () => {
    for (const region of ['constructor', 'frankfurt', '', '__proto__']) {
      expect(ofHub({ region })).toEqual([expect.stringMatching(/^history\.region must be a Region that/)]);
    }
  });

  test('a Region newer than the AWS CDK is taken once the app has registered its partition', () => {
    const register = (value: string) => Fact.register({ region: 'nz-north-1', name: FactName.PARTITION, value });
    const newer = { history, targets: [{ account: '222222222222', regions: ['nz-north-1'] }] };
    expect(ofConfig(newer)).toHaveLength(1);
    register('aws');
    expect(ofConfig(newer)).toEqual([]);
    Fact.unregister('nz-north-1', FactName.PARTITION);
  });

  test('targets are in the partition of the history', () => {
    const elsewhere = [{ account: '222222222222', regions: ['eu-west-1', 'cn-north-1', 'us-gov-west-1'] }];
    expect(ofConfig({ history, targets: elsewhere })).toEqual([
      'targets[0].regions[1] must be in the partition of history.region, aws, and cn-north-1 is in aws-cn: give it a ' +
        'history of its own; got "cn-north-1"',
      expect.stringMatching(/^targets\[0\]\.regions\[2\] must be .* us-gov-west-1 is in aws-us-gov/),
    ]);
    const china = [{ account: '222222222222', regions: ['cn-north-1', 'cn-northwest-1'] }];
    expect(ofConfig({ history: { ...history, region: 'cn-north-1' }, targets: china })).toEqual([]);
  });
});

describe('keys', () => {
  test.each([
    ['an id that is none', KEY.replace(ID, 'abc'), 'must be the ARN of a key of AWS KMS, such as arn:aws:kms:'],
    ['no ARN', 'key/abc', 'must be the ARN of a key of AWS KMS, such as arn:aws:kms:'],
    ['an id alone', ID, 'must be the ARN of a key of AWS KMS, such as arn:aws:kms:'],
    [
      "an alias's ARN",
      'arn:aws:kms:us-east-1:111111111111:alias/fleet',
      'must be the ARN of the key, not of its alias: "aws kms describe-key --key-id alias/fleet" says its Arn; got',
    ],
    ['an alias', 'alias/fleet', 'must be the ARN of the key, not of its alias'],
    ['a key of another Region', KEY.replace('us-east-1', 'eu-west-1'), 'must be a key in us-east-1, where the bucket'],
    [
      'a key of another partition',
      KEY.replace('arn:aws:', 'arn:aws-cn:'),
      'must begin with arn:aws:, the partition of',
    ],
    ['a key of no Region', KEY.replace('us-east-1', 'us-est-1'), 'has "us-est-1", which must be a Region that'],
  ])('%s is refused, as a key in use and as a retired one', (_, key, mistake) => {
    expect(ofHub({ customerKey: key })).toEqual([expect.stringContaining(`history.customerKey ${mistake}`)]);
    expect(ofConfig({ history, targets, retiredKeys: [key] })).toEqual([
      expect.stringContaining(`retiredKeys[0] ${mistake}`),
    ]);
  });

  test('a key of another account and a multi-Region key are taken', () => {
    expect(ofHub({ customerKey: KEY.replace('111111111111', '999999999999') })).toEqual([]);
    expect(ofHub({ customerKey: KEY.replace(ID, `mrk-${'0a'.repeat(16)}`) })).toEqual([]);
  });

  test('a retired key is named once, and is not in use', () => {
    expect(ofConfig({ retiredKeys: [KEY, KEY] })).toEqual([expect.stringContaining('must not name anything twice')]);
    expect(ofConfig({ history: { ...history, customerKey: KEY }, targets, retiredKeys: [KEY] })).toEqual([
      `retiredKeys[0] must not be history.customerKey, which is in use: remove it from one of the two; got "${KEY}"`,
    ]);
  });
});

describe('topics', () => {
  test.each([
    ['a pattern', 'arn:aws:sns:{region}:{account}:on-call'],
    ['one for each Region', { 'eu-west-1': TOPIC, 'us-east-1': 'arn:aws:sns:{region}:123456789012:on-call' }],
  ])('%s is taken for targets in several Regions', (_, topic) => {
    expect(ofConfig({ history, targets, alarmTopicArn: topic })).toEqual([]);
    const alarms = [{ status: 'CANCELED', comparison: '>', threshold: 5, topicArn: topic }];
    expect(mistakesOf({ exports: [{ ...all, alarms }], history, targets })).toEqual([]);
  });

  test.each([
    ['a FIFO topic', `${TOPIC}.fifo`, 'alarmTopicArn must be the ARN of a standard SNS topic'],
    ['a Region that is none', TOPIC.replace('eu-', 'eo-'), 'alarmTopicArn has "eo-west-1", which must be a Region'],
    [
      'another partition',
      TOPIC.replace('aws', 'aws-cn'),
      'alarmTopicArn must begin with arn:aws:, the partition of eu-',
    ],
    ['a list', [TOPIC], 'alarmTopicArn must be the ARN of a standard SNS topic'],
    ['a number', 5, 'alarmTopicArn must be the ARN of a standard SNS topic'],
    ['no topic', {}, 'alarmTopicArn must have a topic for a Region at least'],
    [
      "a Region's topic that is in another",
      { 'us-east-1': TOPIC },
      'alarmTopicArn.us-east-1 must be a topic in us-east-1, as its key says; got',
    ],
    ['a name that is no Region', { 'us-est-1': TOPIC }, '"us-est-1" must be a Region that aws-cdk-lib knows (did you'],
    ['a FIFO topic of a Region', { 'eu-west-1': `${TOPIC}.fifo` }, 'alarmTopicArn.eu-west-1 must be the ARN of a'],
  ])('%s is refused', (_, topic, mistake) => {
    expect(ofConfig({ alarmTopicArn: topic })).toEqual([expect.stringContaining(mistake)]);
  });

  test('a topic in another Region than its alarms is refused once, with the mend', () => {
    const many = [...targets, { account: '333333333333', regions: ['us-east-1', 'eu-west-1', 'eu-north-1'] }];
    const alarms = [{ status: 'CANCELED', comparison: '>', threshold: 5, topicArn: { 'eu-west-1': TOPIC } }];
    const own = { account: '444444444444', regions: ['eu-west-2'], alarmTopicArn: TOPIC };
    expect(
      mistakesOf({ exports: [{ ...all, alarms }], history, targets: [...many, own], alarmTopicArn: TOPIC }),
    ).toEqual([
      'alarmTopicArn must be a topic in the Region of its alarms, and there are some in us-east-1, eu-north-1: write ' +
        `{region} for the Region, or give an ARN for each, as { 'us-east-1': 'arn:…' }; got "${TOPIC}"`,
      'exports[0].alarms[0].topicArn must have a topic for each Region of its alarms, and has none for us-east-1, ' +
        `eu-north-1, eu-west-2; got {"eu-west-1":"${TOPIC}"}`,
      expect.stringMatching(/^targets\[2\]\.alarmTopicArn must be a topic .* there are some in eu-west-2: /),
    ]);
  });

  test('a pattern of another partition is refused', () => {
    const topic = 'arn:aws-cn:sns:{region}:{account}:on-call';
    expect(ofConfig({ history, targets, alarmTopicArn: topic })).toEqual([
      expect.stringContaining('alarmTopicArn must be a topic in the Region of its alarms'),
    ]);
  });
});

describe('a mistake is reported once', () => {
  const [target] = targets;

  test('of a Region that a target names twice', () => {
    expect(ofConfig({ history, targets: [{ ...target, regions: ['eu-west-1', 'eu-west-1'] }] })).toEqual([
      'targets[0].regions must not name anything twice; got ["eu-west-1"]',
    ]);
  });

  test('of a Region that is none, in the name and the ARN of a topic', () => {
    expect(ofConfig({ alarmTopicArn: { 'us-est-1': 'arn:aws:sns:us-est-1:222222222222:on-call' } })).toEqual([
      expect.stringMatching(/^alarmTopicArn\.us-est-1 has "us-est-1", which must be a Region that aws-cdk-lib knows/),
    ]);
  });
});

describe('addresses', () => {
  const alarmEmails = ['on-call@example.com', 'a.b+c@sub.example.org'];

  test('are taken in one account', () => {
    expect(ofConfig({ alarmEmails })).toEqual([]);
  });

  test.each(['on-call', 'on-call@example', '@example.com', 'a b@example.com', 'a@b@example.com', ''])(
    '%s is refused',
    (email) => {
      expect(ofConfig({ alarmEmails: [email] })).toEqual([
        `alarmEmails[0] must be an e-mail address; got ${JSON.stringify(email)}`,
      ]);
    },
  );

  test('do not go with a topic of your own, nor with targets', () => {
    expect(ofConfig({ alarmEmails, alarmTopicArn: TOPIC })).toEqual([
      expect.stringMatching(/^alarmEmails must be left out with alarmTopicArn: subscribe the addresses to that topic/),
    ]);
    expect(ofConfig({ history, targets, alarmEmails })).toEqual([
      expect.stringMatching(
        /^alarmEmails must be left out with targets and organization: each address would have to confirm/,
      ),
    ]);
    expect(ofConfig({ history, targets, alarmEmails, alarmTopicArn: 'arn:aws:sns:{region}:{account}:t' })).toEqual([
      expect.stringMatching(/^alarmEmails must be left out with targets/),
    ]);
    expect(ofConfig({ history, targets: [{ ...targets[0], alarmEmails }] })).toEqual([
      expect.stringMatching(/^targets\[0\]\.alarmEmails must be left out with targets/),
    ]);
  });
});

describe('names of databases', () => {
  test.each(['1st', '_jobs', 'Jobs', 'iot-jobs', 'iot jobs', '', 'j'.repeat(256)])('%s is refused', (databaseName) => {
    expect(ofConfig({ databaseName })).toEqual([
      expect.stringMatching(/^databaseName must be a name that queries need not quote: 1 to 255 of a-z, 0-9 and "_"/),
    ]);
  });

  test.each(['table', 'user', 'date', 'json_table', 'current_catalog', 'recursive'])(
    '%s is reserved',
    (databaseName) => {
      expect(ofConfig({ databaseName })).toEqual([
        `databaseName must not be a reserved word of Athena, which queries have to quote; got "${databaseName}"`,
      ]);
    },
  );

  test('information_schema is taken already', () => {
    expect(ofConfig({ databaseName: 'information_schema' })).toHaveLength(1);
  });

  test.each(['iot_jobs', 'iot_jobs_2', 'users', 'j'.repeat(255)])('%s is taken', (databaseName) => {
    expect(ofConfig({ databaseName })).toEqual([]);
  });
});

describe('the prefix of stacks', () => {
  test.each(['1-', '-fleet', 'fleet_', 'Fléet', ''])('%s is refused', (stackPrefix) => {
    expect(ofConfig({ stackPrefix })).toEqual([
      `stackPrefix must be letters, digits and "-", beginning with a letter; got ${JSON.stringify(stackPrefix)}`,
    ]);
  });

  test('leaves the longest name 128 characters', () => {
    // IotJobsExporter
    expect(ofConfig({ stackPrefix: 'f'.repeat(128 - 15) })).toEqual([]);
    expect(ofConfig({ stackPrefix: 'f'.repeat(128 - 14) })).toEqual([
      expect.stringMatching(
        /^stackPrefix must have 113 characters at most, so that the longest name of a stack, IotJobs/,
      ),
    ]);
    // IotJobsExporter-222222222222-us-east-1
    expect(ofConfig({ history, targets, stackPrefix: 'f'.repeat(128 - 38) })).toEqual([]);
    expect(ofConfig({ history, targets, stackPrefix: 'f'.repeat(128 - 37) })).toEqual([
      expect.stringContaining('stackPrefix must have 90 characters at most'),
    ]);
  });
});

describe('rows expire', () => {
  const expiring = (schedule: string, expireRowsAfterDays: number, more: object = {}) =>
    mistakesOf({ exports: [{ ...all, schedule }], expireRowsAfterDays, ...more });

  test.each([
    ['cron(0 * * * ? *)', 2],
    ['cron(0 3 * * ? *)', 2],
    ['cron(0 3 ? * SUN *)', 8],
    ['rate(36 hours)', 3],
    ['rate(366 days)', 367],
  ])('%s needs them for %i days', (schedule, least) => {
    expect(expiring(schedule, least)).toEqual([]);
    expect(expiring(schedule, least - 1)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^expireRowsAfterDays must be ${least} at least with the schedule of exports\\[0\\]: up to [\\d.]+ days`,
        ),
      ),
    ]);
  });

  test('after the longest gap of every export, those of targets too', () => {
    const weekly = { ...targets[0], exports: [{ name: 'weekly', schedule: 'cron(0 3 ? * SUN *)' }] };
    expect(expiring('cron(0 3 * * ? *)', 3, { history, targets: [weekly] })).toEqual([
      expect.stringMatching(/^expireRowsAfterDays must be 8 at least with the schedule of targets\[0\]\.exports\[0\]/),
    ]);
  });

  test('not while they are locked', () => {
    const objectLock = { mode: 'GOVERNANCE', days: 30 };
    expect(expiring('cron(0 3 * * ? *)', 30, { objectLock })).toEqual([]);
    expect(expiring('cron(0 3 * * ? *)', 29, { objectLock })).toEqual([
      'expireRowsAfterDays must be 30 at least, for objectLock holds rows so many days; got 29',
    ]);
  });
});

test('accounts of analysts are 12 digits each, and named once', () => {
  expect(ofConfig({ analystAccounts: ['111111111111', '222222222222'] })).toEqual([]);
  expect(ofConfig({ analystAccounts: ['1'] })).toHaveLength(1);
  expect(ofConfig({ analystAccounts: ['111111111111', '111111111111'] })).toEqual([
    'analystAccounts must not name anything twice; got ["111111111111"]',
  ]);
});

test('the ARN of a topic or a key of the same app, which is not known yet, is taken', () => {
  const stack = new Stack(new App(), 'Stack');
  const { topicArn } = new sns.Topic(stack, 'Topic');
  const { keyArn } = new kms.Key(stack, 'Key');
  const alarms = [{ status: 'CANCELED', comparison: '>', threshold: 5, topicArn }];
  const options = { exports: [{ ...all, alarms }], alarmTopicArn: topicArn };
  expect(checkExporterOptions(options, 'The exporter')).toMatchObject(options);
  expect(checkHistoryOptions({ retiredKeys: [keyArn] }, 'The history').retiredKeys).toEqual([keyArn]);
});

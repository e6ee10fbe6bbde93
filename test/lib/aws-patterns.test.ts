import { RegionInfo } from 'aws-cdk-lib/region-info';
import fc from 'fast-check';
import { parseEvent } from '../../lambda/event.ts';
import { TIME_ZONES } from '../../lib/config/time-zones.ts';
import { mistakesOf } from './mistakes-of.ts';

const all = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const history = { account: '111111111111', region: 'us-east-1' };
const targets = [{ account: '222222222222', regions: ['us-east-1'] }];
const REGIONS = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);

interface Key {
  /** A configuration with a value of the key. */
  readonly config: (value: string) => object;
  /** AWS's pattern and limits. */
  readonly takes: (value: string) => boolean;
  /** Values of the form that AWS describes, most of which it takes. */
  readonly near: RegExp;
}

const matches =
  (pattern: RegExp, min: number, max: number) =>
  (value: string): boolean =>
    value.length >= min && value.length <= max && pattern.test(value);

/** The patterns and limits of AWS's API models and lists, as they are published. */
const KEYS: Readonly<Record<string, Key>> = {
  bucketName: {
    config: (bucketName) => ({ history: { ...history, bucketName }, targets }),
    // Source: Amazon S3 User Guide, "General purpose bucket naming rules"; without account regional namespaces.
    takes: (name) =>
      matches(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/, 3, 63)(name) &&
      !name.includes('..') &&
      !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
      !['xn--', 'sthree-', 'sthree-configurator', 'amzn-s3-demo-'].some((prefix) => name.startsWith(prefix)) &&
      !['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'].some((suffix) => name.endsWith(suffix)),
    near: /^(xn--|sthree-|amzn-s3-demo-|a|Z|-|1\.)?[a-z0-9-]{1,60}(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an|-|\.1)?$/,
  },
  customerKey: {
    config: (customerKey) => ({ history: { ...history, customerKey }, targets }),
    // Source: EventBridge Scheduler API model, KmsKeyArn, which has AWS KMS's form; S3 takes a key of its Region alone,
    // and a policy no alias. AWS KMS Developer Guide, "Key identifiers (KeyId)": the form of an id.
    takes: (arn) =>
      matches(/^arn:aws(-[a-z]+)?:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[0-9a-zA-Z-_]*$/, 1, 2048)(arn) &&
      /^arn:aws:kms:us-east-1:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/.test(arn),
    near: /^arn:aws(-cn)?:kms:(us-east-1|eu-west-1):\d{12}:(key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})|alias\/[a-z]{3})$/,
  },
  alarmTopicArn: {
    config: (alarmTopicArn) => ({ alarmTopicArn }),
    // Source: Amazon DevOps Guru API Reference, SnsChannelConfig, TopicArn; Amazon SNS API Reference, CreateTopic, Name.
    takes: (arn) =>
      matches(/^arn:aws[a-z0-9-]*:sns:[a-z0-9-]+:\d{12}:[^:]+$/, 36, 1024)(arn) &&
      /:[A-Za-z0-9_-]{1,256}$/.test(arn) &&
      REGIONS.includes(arn.split(':')[3] ?? '') &&
      arn.startsWith('arn:aws:'),
    near: /^arn:aws(-cn)?:sns:(us-east-1|ap-southeast-2|us-est-1|eu-west-1):\d{12}:[A-Za-z0-9_-]{1,270}(\.fifo)?$/,
  },
  thingGroup: {
    config: (group) => ({ exports: [{ ...all, thingGroups: [group] }] }),
    // Source: AWS IoT API model, ThingGroupName.
    takes: matches(/^[a-zA-Z0-9:_-]+$/, 1, 128),
    near: /^[a-zA-Z0-9:_ /-]{0,130}$/,
  },
  organizationId: {
    config: (organizationId) => ({ history: { ...history, organizationId }, targets }),
    // Source: AWS Organizations API model, OrganizationId.
    takes: matches(/^o-[a-z0-9]{10,32}$/, 12, 34),
    near: /^o-[a-z0-9]{8,34}$/,
  },
  databaseName: {
    config: (databaseName) => ({ databaseName }),
    // Source: AWS Glue API model, NameString; Amazon Athena User Guide, "Name databases, tables, and columns".
    takes: (name) => matches(/^[\u0020-\uD7FF\uE000-\uFFFD\t]*$/, 1, 255)(name) && /^[a-z][a-z0-9_]*$/.test(name),
    near: /^[a-z_1A][a-z0-9_]{3,260}-?$/,
  },
  stackPrefix: {
    config: (stackPrefix) => ({ stackPrefix }),
    // Source: AWS CloudFormation API model, StackName.
    takes: (prefix) => prefix !== '' && matches(/^[a-zA-Z][-a-zA-Z0-9]*$/, 1, 128)(`${prefix}IotJobsExporter`),
    near: /^[a-zA-Z][a-zA-Z0-9-]{0,120}$/,
  },
  account: {
    config: (account) => ({ history: { ...history, account }, targets }),
    // Source: AWS Organizations API model, AccountId.
    takes: matches(/^\d{12}$/, 12, 12),
    near: /^\d{11,13}$/,
  },
  rate: {
    config: (schedule) => ({ exports: [{ ...all, schedule }] }),
    // Source: EventBridge Scheduler API model, ScheduleExpression, and its documentation: a positive integer and a unit.
    takes: (rate) =>
      matches(/^rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minute|hour|day)s)\)$/, 1, 256)(rate) && days(rate) <= 366,
    near: /^rate\(\d{1,4} (minute|hour|day|week)s?\)$/,
  },
};

function days(rate: string): number {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)/.exec(rate) ?? [];
  return Number(value) / ({ minute: 1440, hour: 24, day: 1 }[unit ?? ''] ?? 1);
}

/** A value of the form, or one with a typing error. */
const nearly = (form: RegExp) =>
  fc
    .tuple(
      fc.stringMatching(form),
      fc.nat(),
      fc.constantFrom('keep', 'keep', 'drop', 'double', 'upper', 'add'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    )
    .map(([text, at, how, letter]) => {
      const index = text.length === 0 ? 0 : at % text.length;
      const [before, own, after] = [text.slice(0, index), text.charAt(index), text.slice(index + 1)];
      const changed = { keep: own, drop: '', double: own + own, upper: own.toUpperCase(), add: own + letter }[how];
      return before + changed + after;
    });

test.each(Object.entries(KEYS))('%s: what AWS takes is taken, and nothing else', (_, { config, takes, near }) => {
  let taken = 0;
  fc.assert(
    fc.property(nearly(near), (value) => {
      const mistakes = mistakesOf({ exports: [all], ...config(value) });
      // A dot in a bucket's name is taken by AWS, and breaks TLS: refused here. Reserved words are in their own test.
      const ours = takes(value) && !(config === KEYS.bucketName?.config && value.includes('.'));
      expect({ value, taken: mistakes.length === 0 }).toEqual({ value, taken: ours });
      if (ours) taken += 1;
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(10);
});

test('a cron that is longer than AWS has room for is refused', () => {
  const minutes = Array.from({ length: 60 }, (_, minute) => minute).join(',');
  const hours = Array.from({ length: 24 }, (_, hour) => hour).join(',');
  const schedule = `cron(${minutes} ${hours} 1,2,3,4,5,6,7 * ? *)`;
  expect(mistakesOf({ exports: [{ ...all, schedule }] })).toEqual([
    expect.stringMatching(
      /^exports\[0\]\.schedule must have 256 characters at most, and has \d+: write ranges and steps/,
    ),
  ]);
});

test('every schedule and time zone that is taken is taken by the function, too, with which the event tells it of them', () => {
  const where = { accountId: '123456789012', region: 'eu-west-1' };
  const event = (expression: string, timeZone = 'UTC') =>
    parseEvent(
      { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', schedule: { expression, timeZone } },
      Date.now(),
      where,
    );
  const longest = `cron(${'0,'.repeat(119)}10 * * * ? *)`;
  expect([longest.length, mistakesOf({ exports: [{ ...all, schedule: longest }] })]).toEqual([256, []]);
  for (const expression of ['rate(1 minute)', 'rate(366 days)', 'cron(0/5 8-17 ? * MON-FRI *)', longest]) {
    expect(event(expression).schedule).toEqual({ expression, timeZone: 'UTC' });
  }
  for (const timeZone of TIME_ZONES) expect(event(longest, timeZone).schedule?.timeZone).toBe(timeZone);
  expect(() => event(longest.replace('0,', '0,0,'))).toThrow(
    /schedule\.expression must have 256 characters at most; got "cron\(0,0,/,
  );
});

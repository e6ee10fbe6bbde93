/** CDK's own validation of templates, which other tests go without: over stacks with every option, as `cdk synth` has it. */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { dummyCode, newApp } from './synth.ts';

const KEY = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TOPIC = 'arn:aws:sns:{region}:{account}:on-call';

const ONE: ExporterConfig = {
  exports: [
    {
      name: 'all',
      schedule: 'cron(0 9-17 ? * MON-FRI *)',
      timeZone: 'Europe/Berlin',
      alarms: [
        { status: 'IN_PROGRESS', comparison: '>', threshold: 500 },
        { status: 'IN_PROGRESS', comparison: '>', threshold: 500, forSnapshots: 3, name: 'long' },
        { status: 'CANCELED', comparison: '<', anomaly: true, topicArn: TOPIC },
        { movedTo: 'CANCELED', comparison: '>', threshold: 50 },
      ],
      metrics: { changes: true },
    },
    {
      name: 'daily',
      schedule: 'cron(0 3 * * ? *)',
      maxRunMinutes: 1440,
      thingGroups: ['eu', 'us'],
      thingGroupIds: ['0123'],
    },
    { name: 'weekly', schedule: 'rate(6 days)' },
  ],
  alarmEmails: ['on-call@example.com'],
  reservedConcurrency: 2,
  retiredExports: ['old'],
  retiredKeys: [KEY],
  analystAccounts: ['333333333333'],
  expireRowsAfterDays: 400,
  objectLock: { mode: 'GOVERNANCE', days: 365 },
  terminationProtection: true,
};
const { alarmEmails: _, ...SHARED } = ONE;
const targets = [{ account: '222222222222', regions: ['eu-west-1', 'us-east-1'], alarmTopicArn: TOPIC }];
const HUB = { account: '111111111111', region: 'us-east-1' };

function synthesize(config: ExporterConfig, change: (stack: Stack) => void = () => {}): void {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  change(app.node.children[0] as Stack);
  app.synth();
}

let before: string | undefined;
let quiet: jest.SpyInstance;
beforeAll(() => {
  before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = 'true';
  // Warnings, of alarms that CloudWatch cannot give in full.
  quiet = jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => {
  process.env.CDK_VALIDATION = before;
  quiet.mockRestore();
});

test.each<[string, ExporterConfig]>([
  ['of one account', ONE],
  ['of many accounts, by name', { ...SHARED, history: HUB, targets }],
  [
    'of an organization, with a customer key',
    { ...SHARED, history: { ...HUB, organizationId: 'o-a1b2c3d4e5', customerKey: true }, targets },
  ],
])('finds nothing in the stacks %s', (_layout, config) => {
  expect(() => synthesize(config)).not.toThrow();
});

test('would find a property that CloudFormation refuses', () => {
  const spoil = (stack: Stack) => {
    new CfnResource(stack, 'Bad', { type: 'AWS::SQS::Queue', properties: { VisibilityTimeout: 'never' } });
  };
  expect(() => synthesize(ONE, spoil)).toThrow("VisibilityTimeout: 'never' is not of type 'integer'");
});

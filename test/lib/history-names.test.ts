import { App, Aws, CfnParameter, PhysicalName, Stack } from 'aws-cdk-lib';
import { checkConfig } from '../../lib/config/check.ts';
import { anyKeyOf } from '../../lib/history/key-access.ts';
import {
  IotJobsExporterStack,
  IotJobsHistory,
  type IotJobsHistoryAttributes,
  type IotJobsHistoryProps,
} from '../../lib/index.ts';
import { DEFAULT_CONFIG, dummyCode, newApp } from './synth.ts';

const ENV = { account: '222222222222', region: 'eu-west-1' };
const key = (region: string, partition = 'aws') =>
  `arn:${partition}:kms:${region}:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

const newStack = () => new Stack(newApp(), 'Test', { env: ENV });
const make = (props: IotJobsHistoryProps, stack = newStack()) => new IotJobsHistory(stack, 'History', props);
const importIt = (attributes: Partial<IotJobsHistoryAttributes>, stack = newStack()) =>
  IotJobsHistory.fromAttributes(stack, 'History', { bucketName: 'the-history', ...attributes });
const refused = (mistake: string) => `Test/History has a mistake:\n  - ${mistake}`;
const BUCKET = 'must be a name of a bucket: 3 to 63 of a-z, 0-9 and "-", beginning and ending with a letter or a digit';
const ELSEWHERE = 'must be a key in eu-west-1, where the bucket is';

test.each<[IotJobsHistoryProps, string]>([
  [{ bucketName: 'The_History' }, `bucketName ${BUCKET}; got "The_History"`],
  [{ bucketName: '' }, `bucketName ${BUCKET}; got ""`],
  [
    { bucketName: 'history--x-s3' },
    'bucketName must not end with --x-s3, which Amazon S3 reserves; got "history--x-s3"',
  ],
  [
    { writers: { organizationId: 'r-a1b2' } },
    'writers.organizationId must be the id of an organization, such as o-a1b2c3d4e5; got "r-a1b2"',
  ],
  [{ retiredKeys: [key('us-east-1')] }, `retiredKeys[0] ${ELSEWHERE}; got "${key('us-east-1')}"`],
  [
    { retiredKeys: [key('eu-west-1'), key('eu-west-1', 'aws-cn')] },
    `retiredKeys[1] must begin with arn:aws:, the partition of eu-west-1; got "${key('eu-west-1', 'aws-cn')}"`,
  ],
])('a history with %j is refused', (props, mistake) => {
  expect(() => make(props)).toThrow(refused(mistake));
});

test.each<[Partial<IotJobsHistoryAttributes>, string]>([
  [{ bucketName: 'The_History' }, `bucketName ${BUCKET}; got "The_History"`],
  [{ account: '1234' }, 'account must be the 12 digits of an account; got "1234"'],
  [{ region: 'eu-west-11' }, 'region must be a Region that aws-cdk-lib knows (did you mean eu-west-1?)'],
  [{ databaseName: 'fleet-jobs' }, 'databaseName must be a name that queries need not quote'],
  [{ resultsBucketName: 's3://results' }, `resultsBucketName ${BUCKET}; got "s3://results"`],
  [{ encryptionKeyArn: '1234abcd' }, 'encryptionKeyArn must be the ARN of a key of AWS KMS, such as arn:aws:kms:'],
  [
    { encryptionKeyArn: 'arn:aws:kms:eu-west-1:222222222222:alias/history' },
    'encryptionKeyArn must be the ARN of the key, not of its alias:',
  ],
  [
    { region: 'eu-west-1', encryptionKeyArn: anyKeyOf({ ...ENV, region: 'us-east-1' }, 'aws') },
    `encryptionKeyArn ${ELSEWHERE}; got "arn:aws:kms:us-east-1:222222222222:key/*"`,
  ],
  [{ region: 'eu-west-1', retiredKeys: [key('us-east-1')] }, `retiredKeys[0] ${ELSEWHERE}; got "${key('us-east-1')}"`],
  [{ retiredKeys: ['arn:aws:kms:eu-west-1:222222222222:key/*'] }, 'retiredKeys[0] must be the ARN of a key of AWS KMS'],
])('an imported history with %j is refused', (attributes, mistake) => {
  expect(() => importIt(attributes)).toThrow(refused(mistake));
});

test('all mistakes are reported at once', () => {
  expect(() => importIt({ bucketName: 'X', account: '1' })).toThrow(
    /^Test\/History has 2 mistakes:\n.*bucketName.*\n.*account/,
  );
});

test('the history of one account refuses retired keys of another Region than its stack', () => {
  const config = checkConfig({ ...DEFAULT_CONFIG, retiredKeys: [key('us-east-1')] });
  const make = () => new IotJobsExporterStack(newApp(), 'IotJobsExporter', { config, code: dummyCode(), env: ENV });
  expect(make).toThrow(`retiredKeys[0] ${ELSEWHERE}; got "${key('us-east-1')}"`);
});

test('what AWS would take is taken, and what is known at deployment alone is not looked at', () => {
  make({ bucketName: 'the-history', writers: { organizationId: 'o-a1b2c3d4e5' }, retiredKeys: [key('eu-west-1')] });
  make({ bucketName: PhysicalName.GENERATE_IF_NEEDED });
  // The Region of a stack without an environment is not known.
  make({ retiredKeys: [key('us-east-1')] }, new Stack(new App(), 'Test'));
  const stack = newStack();
  const token = new CfnParameter(stack, 'Parameter').valueAsString;
  make({ bucketName: token, writers: { organizationId: token }, retiredKeys: [token] }, stack);
  const other = newStack();
  importIt({ region: 'eu-west-1', encryptionKeyArn: anyKeyOf(ENV, 'aws'), retiredKeys: [key('eu-west-1')] }, other);
  const tokens = { bucketName: Aws.STACK_NAME, account: Aws.ACCOUNT_ID, region: Aws.REGION };
  importIt({ ...tokens, encryptionKeyArn: anyKeyOf(ENV), retiredKeys: [key('us-east-1')] });
});

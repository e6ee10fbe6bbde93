import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { zipOf } from '../../scripts/zip.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'target-'));

function synthTarget(config: object) {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }], ...config }));
  const args = ['scripts/synth-target.ts', '--config', file, '--out', folder];
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: process.env });
}

test('the template of a target knows no account, and needs nothing but the bundle in a bucket', () => {
  const { status, stderr } = synthTarget({
    history: { account: '111111111111', region: 'us-east-1' },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const text = readFileSync(join(folder, 'target.template.json'), 'utf8');
  const { Parameters, Rules, Resources } = JSON.parse(text);
  expect(Object.keys(Parameters)).toEqual(['CodeBucketPrefix', 'CodeKey']);
  expect(existsSync(join(folder, Parameters.CodeKey.Default))).toBe(true);
  expect(Rules).toBeUndefined();
  expect(text).not.toContain('222222222222');
  expect(text).not.toContain('cdk-hnb659fds');
  const made = Object.values(Resources as Record<string, { Type: string; Properties: { Code: object } }>);
  expect(made.find(({ Type }) => Type === 'AWS::Lambda::Function')?.Properties.Code).toEqual({
    S3Bucket: { 'Fn::Join': ['-', [{ Ref: 'CodeBucketPrefix' }, { Ref: 'AWS::Region' }]] },
    S3Key: { Ref: 'CodeKey' },
  });
});

describe('alarmTopicArn in the template of a target', () => {
  const history = { account: '111111111111', region: 'us-east-1' };
  const targets = [{ account: '222222222222', regions: ['eu-west-1', 'us-east-1'] }];
  const ireland = 'arn:aws:sns:eu-west-1:111111111111:on-call';
  const actions = () => {
    const { Resources } = JSON.parse(readFileSync(join(folder, 'target.template.json'), 'utf8'));
    const alarms = Object.values(Resources as Record<string, { Type: string; Properties: object }>);
    return JSON.stringify(alarms.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm'));
  };

  test('is of the Region where the template goes', () => {
    const pattern = 'arn:aws:sns:{region}:{account}:on-call';
    expect(synthTarget({ history, targets, alarmTopicArn: pattern })).toMatchObject({ status: 0, stderr: '' });
    expect(actions()).toContain('["arn:aws:sns:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":on-call"]');
  });

  test.each<[string, object | string, string]>([
    [
      'an ARN for several Regions',
      ireland,
      'alarmTopicArn must be a topic in the Region of its alarms, and there are some in us-east-1',
    ],
    [
      'a map that lacks a Region',
      { 'eu-west-1': ireland },
      'alarmTopicArn must have a topic for each Region of its alarms, and has none for us-east-1',
    ],
  ])('%s is refused', (_, alarmTopicArn, message) => {
    const { status, stderr } = synthTarget({ history, targets, alarmTopicArn });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('what one target does otherwise is in no template of all', () => {
    const own = { alarmTopicArn: ireland, account: '333333333333', regions: ['eu-west-1'] };
    expect(synthTarget({ history, targets: [own, ...targets] })).toMatchObject({ status: 0, stderr: '' });
    expect(actions()).not.toContain(ireland);
  });
});

test('a configuration without targets has no template of a target', () => {
  const { status, stderr } = synthTarget({});
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'The configuration has no targets: give it history and targets first\n',
  });
});

test('an option that is not there is refused with a message alone', () => {
  const args = ['scripts/synth-target.ts', '--acount', '222222222222'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "error: unknown option '--acount'\n(Did you mean --account?)\n",
  });
});

test('a zip holds what was put into it, and is the same every time', () => {
  const bytes = Buffer.from('export const handler = async () => {};\n'.repeat(100));
  const zip = zipOf([{ name: 'index.mjs', bytes }]);
  expect(zipOf([{ name: 'index.mjs', bytes }])).toEqual(zip);
  const start = 30 + zip.readUInt16LE(26);
  expect(inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(18)))).toEqual(bytes);
});

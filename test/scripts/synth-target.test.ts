import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'target-'));

function synthTarget(config: object, ...more: string[]) {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }], ...config }));
  const args = ['scripts/synth-target.ts', '--config', file, '--out', folder, ...more];
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: process.env });
}

test('writes the template of a target alone, which knows no account and needs nothing beside it', () => {
  const { status, stdout, stderr } = synthTarget({
    history: { account: '111111111111', region: 'us-east-1' },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/target\.template\.json: the template of a target, \d+ kB\n$/);
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'target.template.json']);
  const text = readFileSync(join(folder, 'target.template.json'), 'utf8');
  expect(JSON.parse(text).Parameters).toBeUndefined();
  expect(text).not.toContain('222222222222');
  // It has the reasons why findings of scanners do not apply, as the templates of the app do.
  expect(text).toContain('CKV_AWS_116');
});

test('takes the configuration as cdk does, too', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/synth-target.ts', '--out', folder, ...args], { cwd: root, encoding: 'utf8' });
  const { status, stderr } = run('-c', `config=${join(folder, 'nowhere.json')}`);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `There is no configuration file ${join(folder, 'nowhere.json')}: name one that exists by -c config=PATH\n`,
  });
});

test('has the exports of one target by --account, and says the warnings of what it would deploy', () => {
  const history = { account: '111111111111', region: 'us-east-1' };
  const others = { account: '333333333333', regions: ['us-east-1'] };
  const exports = [{ name: 'nightly', schedule: 'rate(1 day)' }];
  const targets = [{ account: '222222222222', regions: ['eu-west-1'], exports, callsPerSecond: 20 }, others];
  const { status, stderr } = synthTarget({ history, targets }, '--account', '222222222222');
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^Warning: .*ListJobs[^\n]*\n$/) });
  const text = readFileSync(join(folder, 'target.template.json'), 'utf8');
  expect(text).toContain('rate(1 day)');
  expect(synthTarget({ history, targets }, '--account', '444444444444')).toMatchObject({
    status: 1,
    stderr: '--account must be one of targets; got 444444444444\n',
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
    stderr: 'The configuration has no history: give it history, and targets or organization, first\n',
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

test('has the exports of an organization, and no exporter where others are', () => {
  const { status, stderr } = synthTarget({
    history: { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' },
    organization: { organizationalUnits: ['r-a1b2'], regions: ['eu-west-1'], excludeAccounts: ['333333333333'] },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { Resources, Conditions } = JSON.parse(readFileSync(join(folder, 'target.template.json'), 'utf8'));
  expect(JSON.stringify(Conditions).match(/\d{12}/g)).toEqual(['333333333333', '222222222222']);
  expect(JSON.stringify(Resources)).toContain('"METRICS":"NONE"');
});

/** Each example, deployed by the commands of examples/README.md; its exports then take a snapshot. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Account, Answer } from './local-aws/account.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, startLocalAws } from './local-aws/local-aws.ts';
import { stackSetOf } from './local-aws/stack-set.ts';
import { storedHistory } from './local-aws/stored.ts';

const HUB_REGION = 'eu-central-1';
const JOBS = 3;
const TARGETS = [
  ['222222222222', HUB_REGION],
  ['222222222222', 'us-east-1'],
  ['333333333333', HUB_REGION],
] as const;

let aws: LocalAws;

before(async () => {
  aws = await startLocalAws();
});
after(() => aws?.stop());

test('one-account: both exports have a snapshot, and one alarm topic has the address', async () => {
  const account = await accountWithFleet('444444444444', HUB_REGION);
  const { IotJobsExporter: outputs = {} } = deploy(account, ...configuration('one-account'));
  for (const [name, statuses] of [
    ['active', ['SCHEDULED', 'IN_PROGRESS']],
    ['all', undefined],
  ] as const) {
    takeSnapshot(account, outputs.ExportFunction, { export: name, ...(statuses && { statuses }) });
    const [record] = await storedHistory(account, outputs.HistoryBucket ?? '').records(`export_name=${name}/`);
    assert.equal(record?.job_count, JOBS);
  }
  const { Subscriptions: subscriptions } = account.aws('sns', 'list-subscriptions');
  assert.deepEqual(
    subscriptions.map((one: Answer) => one.Endpoint),
    ['on-call@example.com'],
  );
});

test('own-app: the exporter takes a snapshot, and the alarm of the app is there', async () => {
  const account = await accountWithFleet('555555555555', HUB_REGION);
  deploy(account, '--app', 'npx node examples/own-app/app.ts');
  const names: string[] = account.aws('lambda', 'list-functions').Functions.map((one: Answer) => one.FunctionName);
  const exporter = names.find((name) => name.includes('Export'));
  takeSnapshot(account, exporter, { export: 'all' });
  const { Buckets: buckets } = account.aws('s3api', 'list-buckets');
  const history = buckets.find(({ Name: name }: Answer) => name.startsWith('fleet-'));
  const [record] = await storedHistory(account, history?.Name ?? '').records('export_name=all/');
  assert.equal(record?.job_count, JOBS);
  const alarms = account.aws('cloudwatch', 'describe-alarms').MetricAlarms;
  assert.ok(alarms.some(({ AlarmDescription: text }: Answer) => text?.includes('1,000 jobs waited')));
});

test('hub-and-targets: each account and Region writes into the one history', async () => {
  const hub = aws.account(ACCOUNT, HUB_REGION);
  bootstrap(hub);
  const outputs = new Map<string, Account>();
  for (const [id, region] of TARGETS) {
    outputs.set(`IotJobsExporter-${id}-${region}`, await accountWithFleet(id, region, ACCOUNT));
  }
  const stacks = deploy(hub, ...configuration('hub-and-targets'));
  for (const [stack, account] of outputs) {
    takeSnapshot(account, stacks[stack]?.ExportFunction, { export: 'all' });
    const history = storedHistory(hub, 'example-fleet-history');
    const [record] = await history.records(`account_id=${account.id}/`, `region=${account.region}/`);
    assert.equal(record?.job_count, JOBS);
  }
  hub.cdk('destroy', '--all', '--force', ...configuration('hub-and-targets'));
});

test('organization: the hub is deployed by itself, with the StackSet for the accounts', () => {
  const hub = aws.account(ACCOUNT, HUB_REGION);
  aws.organize('o-a1b2c3d4e5', [ACCOUNT, '222222222222']);
  const stacks = deploy(hub, 'IotJobsHistory', ...configuration('organization'));
  assert.deepEqual(Object.keys(stacks), ['IotJobsHistory']);
  const { properties, template } = stackSetOf(hub, 'IotJobsHistory');
  assert.equal(properties.PermissionModel, 'SERVICE_MANAGED');
  assert.match(template, /AWS::Scheduler::Schedule/);
});

/** A bootstrapped account with jobs. */
async function accountWithFleet(id: string, region: string, trusted?: string): Promise<Account> {
  const account = aws.account(id, region);
  bootstrap(account, trusted);
  await createFleet(account, { thingGroup: 'fleet', inProgress: JOBS, canceled: 0 });
  return account;
}

function bootstrap(account: Account, trusted?: string): void {
  const policy = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const trust = trusted ? ['--trust', trusted, '--cloudformation-execution-policies', policy] : [];
  account.cdk('bootstrap', `aws://${account.id}/${account.region}`, ...trust);
}

/** Options of the CDK CLI, as examples/README.md has them. */
function configuration(example: string): string[] {
  return ['-c', `config=examples/${example}/exporter.config.ts`];
}

/** @returns the outputs by stack */
function deploy(account: Account, ...parameters: string[]): Record<string, Record<string, string>> {
  const file = join(aws.folder, 'example-outputs.json');
  const stacks = parameters[0]?.startsWith('-') ? ['--all'] : [];
  account.cdk('deploy', ...stacks, ...parameters, '--require-approval', 'never', '--outputs-file', file);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function takeSnapshot(account: Account, functionName = '', event: object = {}): void {
  const payload = JSON.stringify({ ...event, scheduledTime: new Date().toISOString().replace(/\.\d+/, '') });
  const answer = join(aws.folder, 'answer.json');
  const options = ['--payload', payload];
  const { FunctionError: error } = account.aws('lambda', 'invoke', '--function-name', functionName, ...options, answer);
  assert.equal(error, undefined, readFileSync(answer, 'utf8'));
}

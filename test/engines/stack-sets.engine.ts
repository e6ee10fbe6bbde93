/**
 * The StackSet of the hub's template against moto: each call is the one that CloudFormation makes for the resource, and the AWS
 * CLI checks it against the API's model: names, types and what is required.
 *
 * moto takes these and judges none of them: AutoDeployment, ManagedExecution, OperationPreferences, Capabilities, CallAs and
 * the filter by accounts. It knows no trusted access, has no account join by itself, and here it deploys nothing: what is seen
 * are calls that the API takes, a template that it finds, and the places that come of it.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Account, Answer } from './local-aws/account.ts';
import { ACCOUNT, REGION } from './local-aws/local-aws.ts';
import { type Moto, startMoto } from './local-aws/moto.ts';
import { type SynthesizedStackSet, stackSetOf } from './local-aws/stack-set.ts';

const REGIONS = ['eu-west-1', 'us-east-1'];

let moto: Moto;
let hub: Account;
let members: string[];
let unit: string;
let first: SynthesizedStackSet;

before(async () => {
  moto = await startMoto();
  hub = moto.account;
  hub.aws('organizations', 'create-organization', '--feature-set', 'ALL');
  const root = hub.aws('organizations', 'list-roots').Roots[0].Id;
  const made = hub.aws('organizations', 'create-organizational-unit', '--parent-id', root, '--name', 'fleet');
  unit = made.OrganizationalUnit.Id;
  members = ['one', 'two'].map((name) => newMember(name, root)).sort();
  newAccount('beside');
  first = synthesize([{ name: 'all', schedule: 'rate(1 hour)' }]);
});
after(() => moto?.stop());

test('CloudFormation makes the StackSet: service-managed, with the template that the asset has', () => {
  put(first);
  hub.aws(...call('create-stack-set', only(first.properties, OF_STACK_SET)));
  const { StackSet: made } = hub.aws('cloudformation', 'describe-stack-set', '--stack-set-name', nameOf(first));
  assert.deepEqual([made.Status, made.PermissionModel], ['ACTIVE', 'SERVICE_MANAGED']);
  assert.deepEqual(JSON.parse(made.TemplateBody), JSON.parse(first.template));
});

test('each account of the organizational unit has a stack in each Region, and none beside it', () => {
  for (const group of first.properties.StackInstancesGroup) {
    hub.aws(...call('create-stack-instances', { ...only(first.properties, OF_INSTANCES), ...group }));
  }
  assert.deepEqual(
    places(),
    members.flatMap((account) => REGIONS.map((region) => `${account} ${region} CURRENT SUCCEEDED`)),
  );
});

test('another configuration is another template at another address, which the StackSet takes', () => {
  const next = synthesize([
    { name: 'all', schedule: 'rate(1 hour)' },
    { name: 'daily', schedule: 'rate(1 day)' },
  ]);
  assert.notEqual(next.properties.TemplateURL, first.properties.TemplateURL);
  assert.equal(nameOf(next), nameOf(first));
  put(next);
  const [group] = next.properties.StackInstancesGroup;
  const targets = { DeploymentTargets: group.DeploymentTargets, Regions: group.Regions };
  const requested = { ...only(next.properties, [...OF_STACK_SET, ...OF_INSTANCES]), ...targets };
  const { OperationId: operation } = hub.aws(...call('update-stack-set', requested));
  const of = ['--stack-set-name', nameOf(first)];
  const found = hub.aws('cloudformation', 'describe-stack-set-operation', ...of, '--operation-id', operation);
  assert.deepEqual([found.StackSetOperation.Action, found.StackSetOperation.Status], ['UPDATE', 'SUCCEEDED']);
  const { StackSet: updated } = hub.aws('cloudformation', 'describe-stack-set', ...of);
  assert.deepEqual(JSON.parse(updated.TemplateBody), JSON.parse(next.template));
  assert.equal(places().length, members.length * REGIONS.length);
});

/** Properties of the resource that CreateStackSet and UpdateStackSet take, and those that the calls for its instances take. */
const OF_STACK_SET = [
  ...['StackSetName', 'Description', 'TemplateURL', 'Parameters', 'Capabilities', 'Tags', 'PermissionModel'],
  ...['AutoDeployment', 'CallAs', 'ManagedExecution'],
];
const OF_INSTANCES = ['StackSetName', 'OperationPreferences', 'CallAs'];

function only(properties: Answer, names: readonly string[]): Answer {
  const known = [...OF_STACK_SET, ...OF_INSTANCES, 'StackInstancesGroup'];
  const others = Object.keys(properties).filter((name) => !known.includes(name));
  if (others.length > 0) throw new Error(`No call is known for the properties ${others}`);
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function call(operation: string, parameters: object): string[] {
  return ['cloudformation', operation, '--cli-input-json', JSON.stringify(parameters)];
}

function nameOf({ properties }: SynthesizedStackSet): string {
  return properties.StackSetName;
}

function places(): string[] {
  const { Summaries: found } = hub.aws('cloudformation', 'list-stack-instances', '--stack-set-name', nameOf(first));
  return found
    .map((one: Answer) => `${one.Account} ${one.Region} ${one.Status} ${one.StackInstanceStatus.DetailedStatus}`)
    .sort();
}

function newAccount(name: string): string {
  const named = ['--account-name', name, '--email', `${name}@example.com`];
  return hub.aws('organizations', 'create-account', ...named).CreateAccountStatus.AccountId;
}

/** Makes an account that is of the organizational unit. */
function newMember(name: string, root: string): string {
  const id = newAccount(name);
  const to = ['--source-parent-id', root, '--destination-parent-id', unit];
  hub.aws('organizations', 'move-account', '--account-id', id, ...to);
  return id;
}

function synthesize(exports: readonly object[]): SynthesizedStackSet {
  const config = {
    exports,
    history: { account: ACCOUNT, region: REGION, bucketName: 'fleet-history', organizationId: 'o-a1b2c3d4e5' },
    organization: { organizationalUnits: [unit], regions: REGIONS },
  };
  const file = join(moto.folder, 'exporter.config.json');
  writeFileSync(file, JSON.stringify(config));
  hub.cdk('synth', '--quiet', '-c', `config=${file}`);
  return stackSetOf(hub, 'IotJobsHistory');
}

/** Puts the template where the CDK CLI would. */
function put({ properties, template }: SynthesizedStackSet): void {
  const [, bucket = '', key = ''] = /^https:\/\/[^/]+\/([^/]+)\/(.+)$/.exec(properties.TemplateURL) ?? [];
  const file = join(moto.folder, 'template.json');
  writeFileSync(file, template);
  const { Buckets: buckets } = hub.aws('s3api', 'list-buckets');
  if (!buckets.some(({ Name: name }: Answer) => name === bucket)) hub.aws('s3api', 'create-bucket', '--bucket', bucket);
  hub.aws('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file);
}

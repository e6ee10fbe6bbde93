/**
 * A whole organization: the hub is deployed by itself, and the template of its StackSet, by itself, in accounts that no
 * configuration names. Queries see what they write without another deployment, and the hub reports which of them is silent.
 *
 * StackSets itself deploys nothing here: the test takes its place and sets the answer of ListStackInstances.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { Account, Answer } from './local-aws/account.ts';
import { alarmStates } from './local-aws/alarms.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { logLines } from './local-aws/log-lines.ts';
import { type OnCall, subscribeQueue } from './local-aws/on-call.ts';
import type { StackInstance } from './local-aws/stack-instances.ts';
import { stackSetOf } from './local-aws/stack-set.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const BUCKET = 'fleet-history';
const ORGANIZATION = 'o-a1b2c3d4e5';
/** Not the hub's: each account needs its code in its own Region. */
const TARGET_REGION = 'eu-west-1';
const MEMBERS = [
  { account: '222222222222', jobs: 2 },
  { account: '333333333333', jobs: 3 },
  { account: '444444444444', jobs: 4 },
];
const [STOPPED = { account: '' }] = MEMBERS.slice(-1);
const others = MEMBERS.filter((member) => member !== STOPPED);
const NEVER = '555555555555';
const FAILED = '666666666666';
const EXCLUDED = '777777777777';
const OUTSIDE = '888888888888';
const STACK = 'StackSet-exporter';
const CONFIG = {
  exports: [{ name: 'all', schedule: 'rate(1 minute)' }],
  history: { account: ACCOUNT, region: REGION, bucketName: BUCKET, organizationId: ORGANIZATION },
  organization: {
    organizationalUnits: ['ou-a1b2-c3d4e5f6'],
    regions: [TARGET_REGION],
    excludeAccounts: [EXCLUDED],
  },
};
const MINUTES = 60;

let aws: LocalAws;
let hub: Account;
let history: StoredHistory;
let onCall: OnCall;
let stackSetName: string;
/** File with the template that is at the StackSet's URL. */
let template: string;

before(async () => {
  aws = await startLocalAws();
  hub = aws.account();
  aws.organize(ORGANIZATION, [ACCOUNT, ...MEMBERS.map(({ account }) => account), NEVER, FAILED, EXCLUDED]);
  hub.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  hub.deploy(CONFIG);
  history = storedHistory(hub, BUCKET);
  const { properties } = stackSetOf(hub, 'IotJobsHistory');
  stackSetName = properties.StackSetName;
  template = join(aws.folder, 'template.json');
  const [, bucket = '', key = ''] = /^https:\/\/s3\.[^/]+\/([^/]+)\/(.+)$/.exec(properties.TemplateURL) ?? [];
  hub.aws('s3api', 'get-object', '--bucket', bucket, '--key', key, template);
  const { Topics: topics } = hub.aws('sns', 'list-topics');
  assert.equal(topics.length, 1, 'one topic for all');
  onCall = subscribeQueue(hub, topics[0].TopicArn);
  for (const { account, jobs } of MEMBERS) {
    await createFleet(member(account), { thingGroup: 'fleet', inProgress: jobs, canceled: 0 });
  }
});
after(() => aws?.stop());

test('the template of the StackSet makes a stack by itself, in an account without CDK and without a bucket', async () => {
  for (const { account } of MEMBERS) await deployTemplate(account);
  register(MEMBERS.map(({ account }) => current(account)));
  for (const { account, jobs } of MEMBERS) {
    assert.equal((await snapshotSince(account, 0)).job_count, jobs);
  }
});

test('such a stack has no alarms, topics and metrics', () => {
  for (const { account } of MEMBERS) {
    const place = member(account);
    const counts = [
      place.aws('cloudwatch', 'describe-alarms').MetricAlarms,
      place.aws('sns', 'list-topics').Topics,
      place.aws('cloudwatch', 'list-metrics', '--namespace', 'IotJobsExporter').Metrics,
    ];
    assert.deepEqual(counts, [[], [], []], account);
  }
});

test('after a look queries see accounts that the configuration does not name, without another deployment', async () => {
  assert.deepEqual(await countsByAccount(), []);
  look();
  assert.deepEqual(
    await countsByAccount(),
    MEMBERS.map(({ account, jobs }) => [account, TARGET_REGION, jobs]),
  );
});

test('the view has all of them reporting, and no alarm is on', async () => {
  assert.deepEqual(
    await reporting(),
    MEMBERS.map(({ account }) => [account, TARGET_REGION, 'all', 'REPORTING']),
  );
  assert.deepEqual(alarmsThatAreOn(), []);
});

test('one that stops is LATE in the view and named in the log, one alarm comes on, and nothing else does', async () => {
  setSchedules(member(STOPPED.account), 'DISABLED');
  await putClockForward(40 * MINUTES, others);
  look();
  assert.deepEqual(
    await reporting(),
    MEMBERS.map(({ account }) => [account, TARGET_REGION, 'all', account === STOPPED.account ? 'LATE' : 'REPORTING']),
  );
  const { rows } = await aws.sql('SELECT account_id FROM reporting WHERE late_since IS NOT NULL AND hours_late > 0');
  assert.deepEqual(rows, [[STOPPED.account]]);
  assert.deepEqual(alarmsThatAreOn(), ['targets-silent']);
  assert.equal(onCall.messagesOf('targets-silent').length, 1);
  assert.deepEqual(silentOfNewestLook(), [[STOPPED.account, TARGET_REGION, 'all', 'LATE']]);
});

test('one that comes back ends the alarm', async () => {
  setSchedules(member(STOPPED.account), 'ENABLED');
  // An alarm takes the most of looks that are less than five minutes apart.
  await putClockForward(50 * MINUTES, MEMBERS);
  look();
  assert.deepEqual(new Set((await reporting()).map((row) => row[3])), new Set(['REPORTING']));
  assert.deepEqual(alarmsThatAreOn(), []);
});

test('an account that joins is AWAITED, and NEVER where it does not report in time', async () => {
  register([...MEMBERS.map(({ account }) => current(account)), current(NEVER)]);
  look();
  assert.equal((await stateOf(NEVER))[0], 'AWAITED');
  assert.deepEqual(alarmsThatAreOn(), []);
  await putClockForward(90 * MINUTES, MEMBERS);
  look();
  assert.equal((await stateOf(NEVER))[0], 'NEVER');
  assert.deepEqual(silentOfNewestLook(), [[NEVER, TARGET_REGION, 'all', 'NEVER']]);
  assert.deepEqual(alarmsThatAreOn(), ['targets-silent']);
});

test('a stack that CloudFormation could not make is FAILED, with its reason, and has an alarm of its own', async () => {
  const reason = 'ResourceLogicalId:Function, ResourceStatusReason:explicit deny in a service control policy';
  const failed: StackInstance = {
    ...current(FAILED),
    Status: 'OUTDATED',
    StatusReason: reason,
    StackInstanceStatus: { DetailedStatus: 'FAILED' },
  };
  register([...MEMBERS.map(({ account }) => current(account)), failed]);
  // Beyond the five minutes; the members' snapshots are new enough.
  aws.putClockForward(96 * MINUTES);
  look();
  assert.deepEqual(await stateOf(FAILED), ['FAILED', reason]);
  assert.deepEqual(alarmsThatAreOn(), ['stack-instances-failed']);
  assert.equal(onCall.messagesOf('stack-instances-failed').length, 1);
});

test('an account that left is LEFT, sets off no alarm, and its history stays visible', async () => {
  register(others.map(({ account }) => current(account)));
  setSchedules(member(STOPPED.account), 'DISABLED');
  await putClockForward(140 * MINUTES, others);
  look();
  assert.equal((await stateOf(STOPPED.account))[0], 'LEFT');
  assert.deepEqual(alarmsThatAreOn(), []);
  assert.equal((await countsByAccount()).length, MEMBERS.length);
});

test('a deployment of the hub, which sets the tables again, is followed by a look, after which queries see all again', async () => {
  const lookedAt = async () => (await aws.sql('SELECT max(looked_at) FROM export_health')).rows[0]?.[0];
  const before = await lookedAt();
  const daily = { name: 'daily', schedule: 'cron(0 0 1 1 ? *)' };
  hub.deploy({ ...CONFIG, exports: [...CONFIG.exports, daily] });
  await eventually('look after the deployment', async () => ((await lookedAt()) === before ? undefined : true), 60);
  const { updatedTables } = linesOf('Look at the exports ended').at(-1);
  assert.equal(updatedTables.length, 4, 'the deployment had taken the accounts out of the tables');
  assert.equal((await countsByAccount()).length, MEMBERS.length);
});

test('an excluded account gets a stack without an exporter', async () => {
  await deployTemplate(EXCLUDED);
  const place = member(EXCLUDED);
  assert.deepEqual(place.aws('lambda', 'list-functions').Functions, []);
  assert.deepEqual(place.aws('scheduler', 'list-schedules').Schedules, []);
});

test('an account that is not of the organization may not write, whatever stack it has', async () => {
  await createFleet(member(OUTSIDE), { thingGroup: 'fleet', inProgress: 1, canceled: 0 });
  await deployTemplate(OUTSIDE);
  const [{ FunctionName: name }] = member(OUTSIDE).aws('lambda', 'list-functions').Functions;
  const event = { export: 'all', scheduledTime: '2026-01-01T00:00:00Z' };
  const { errorMessage } = invoke(member(OUTSIDE), name, JSON.stringify(event));
  assert.match(errorMessage, /AccessDenied|403/);
  assert.deepEqual(await history.keys(`snapshots/account_id=${OUTSIDE}/`), []);
});

function member(account: string): Account {
  return aws.account(account, TARGET_REGION);
}

/**
 * Makes a stack as StackSets would: of the template that stands at the address, with no parameters. StackSets reads it for the
 * administrator and hands it on; here the account gets it in a bucket of its own, for a request takes 51,200 bytes of it.
 */
async function deployTemplate(account: string): Promise<void> {
  const place = member(account);
  const named = ['--stack-name', STACK];
  const bucket = `template-${account}`;
  const at = { LocationConstraint: TARGET_REGION };
  place.aws('s3api', 'create-bucket', '--bucket', bucket, '--create-bucket-configuration', JSON.stringify(at));
  place.aws('s3api', 'put-object', '--bucket', bucket, '--key', 'template.json', '--body', template);
  const url = `https://s3.${TARGET_REGION}.amazonaws.com/${bucket}/template.json`;
  const parameters = [...named, '--template-url', url, '--capabilities', 'CAPABILITY_IAM'];
  place.aws('cloudformation', 'create-stack', ...parameters);
  const status = await eventually(
    `stack of ${account}`,
    async () => {
      const { StackStatus: found } = place.aws('cloudformation', 'describe-stacks', ...named).Stacks[0];
      return found.endsWith('IN_PROGRESS') ? undefined : found;
    },
    60,
  );
  assert.equal(status, 'CREATE_COMPLETE', account);
}

function current(account: string): StackInstance {
  return {
    Account: account,
    Region: TARGET_REGION,
    StackId: `arn:aws:cloudformation:${TARGET_REGION}:${account}:stack/${STACK}/1`,
    OrganizationalUnitId: CONFIG.organization.organizationalUnits[0] ?? '',
    Status: 'CURRENT',
    StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' },
  };
}

function register(instances: readonly StackInstance[]): void {
  aws.setStackInstances({ [stackSetName]: instances });
}

/** The hub's function looks now, with the input that its schedule has. */
function look(): void {
  const { Schedules: schedules } = hub.aws('scheduler', 'list-schedules');
  assert.equal(schedules.length, 1, 'the hub has the schedule of the look alone');
  const [{ Name: name, GroupName: group }] = schedules;
  const { Target: target } = hub.aws('scheduler', 'get-schedule', '--name', name, '--group-name', group);
  const { errorMessage } = invoke(hub, target.Arn, target.Input);
  assert.equal(errorMessage, undefined);
}

function invoke(account: Account, name: string, payload: string): Answer {
  const file = join(aws.folder, 'answer.json');
  account.aws('lambda', 'invoke', '--function-name', name, '--payload', payload, file);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The first record of an account of a time, once it is there. */
async function snapshotSince(account: string, since: number): Promise<SnapshotRecord> {
  return await eventually(`snapshot of ${account}`, async () => {
    const records = await history.records(`account_id=${account}/region=${TARGET_REGION}/`);
    return records.find(({ snapshot_at: at }) => Date.parse(`${at.replace(' ', 'T')}Z`) >= since);
  });
}

/** Puts the clock forward, and waits until each of the members has a snapshot by the new time. */
async function putClockForward(seconds: number, members: readonly { readonly account: string }[]): Promise<void> {
  const moved = wholeSecond(Date.now() + seconds * 1000);
  aws.putClockForward(seconds);
  for (const { account } of members) await snapshotSince(account, moved);
}

/** Snapshots are of whole seconds. */
function wholeSecond(epochMs: number): number {
  return epochMs - (epochMs % 1000);
}

async function countsByAccount() {
  const { rows } = await aws.sql(
    'SELECT account_id, region, count(*) FROM latest_jobs GROUP BY account_id, region ORDER BY account_id, region',
  );
  return rows;
}

async function reporting() {
  const { rows } = await aws.sql(
    'SELECT account_id, region, export_name, state FROM reporting ORDER BY account_id, region, export_name',
  );
  return rows;
}

async function stateOf(account: string) {
  const { rows } = await aws.sql(`SELECT state, stack_status_reason FROM reporting WHERE account_id = '${account}'`);
  return rows[0] ?? [];
}

function alarmsThatAreOn(): string[] {
  return Object.entries(alarmStates(hub))
    .filter(([, state]) => state === 'ALARM')
    .map(([name]) => name);
}

/** What the newest line names that names silent exports. */
function silentOfNewestLook(): unknown[][] {
  return linesOf('Exports are silent')
    .at(-1)
    .silent.map((one: Answer) => [one.account, one.region, one.export, one.state]);
}

/** Lines of a message in the hub's logs, the oldest first. */
function linesOf(message: string): Answer[] {
  return logLines(hub, message).map((line) => JSON.parse(line.slice(line.indexOf('{'))));
}

function setSchedules(place: Account, State: string): void {
  for (const { Name, GroupName } of place.aws('scheduler', 'list-schedules').Schedules) {
    const found = place.aws('scheduler', 'get-schedule', '--name', Name, '--group-name', GroupName);
    const { Arn, CreationDate, LastModificationDate, ...schedule } = found;
    const file = join(aws.folder, 'schedule.json');
    writeFileSync(file, JSON.stringify({ ...schedule, State }));
    place.aws('scheduler', 'update-schedule', '--cli-input-json', `file://${file}`);
  }
}

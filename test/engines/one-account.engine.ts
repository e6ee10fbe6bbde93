/** The default deployment: one account and Region, from bootstrap to destroy, as users and operators see it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Account, Answer } from './local-aws/account.ts';
import { alarmStates } from './local-aws/alarms.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { roleStatements, withoutAction } from './local-aws/function-role.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { logLines } from './local-aws/log-lines.ts';
import { maximumOf } from './local-aws/metrics.ts';
import { type OnCall, subscribeQueue } from './local-aws/on-call.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const ROOT = join(import.meta.dirname, '../..');
const ALL = {
  name: 'all',
  schedule: 'rate(1 minute)',
  alarms: [
    { status: 'IN_PROGRESS', comparison: '>', threshold: 200 },
    { status: 'IN_PROGRESS', comparison: '>', threshold: 200, forSnapshots: 2, name: 'for-two' },
  ],
};
const GROUPS = {
  name: 'groups',
  schedule: 'cron(* * * * ? *)',
  thingGroups: ['fleet-eu', 'fleet-moon', 'fleet-idle', 'fleet-void'],
};
const EMAILS = ['on-call@example.com'];
const STATUSES = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];

let aws: LocalAws;
let account: Account;
let history: StoredHistory;
let outputs: Record<string, string>;
let onCall: OnCall;

before(async () => {
  aws = await startLocalAws();
  account = aws.account();
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  // Before the first snapshot: a group that is missing in one snapshot is missing in the health of its day.
  account.aws('iot', 'create-thing-group', '--thing-group-name', 'fleet-idle');
  await createFleet(account, { thingGroup: 'fleet-eu', inProgress: 280, canceled: 20 });
  outputs = account.deploy({ exports: [ALL, GROUPS], alarmEmails: EMAILS }).IotJobsExporter ?? {};
  history = storedHistory(account, outputs.HistoryBucket ?? '');
  onCall = subscribeQueue(account, outputs.AlarmTopic ?? '');
});
after(() => aws?.stop());

test('a second deployment of the same has nothing to change', () => {
  const { status, output } = account.tryCdk(
    'diff',
    '--fail',
    '-c',
    `config=${join(aws.folder, 'exporter.config.json')}`,
  );
  assert.equal(status, 0, output);
});

test('without details in any export role and function have nothing of them', () => {
  assert.doesNotMatch(JSON.stringify(roleStatements(account)), /DescribeJob"|details\//);
  const named = ['--function-name', outputs.ExportFunction ?? ''];
  const { Environment: environment } = account.aws('lambda', 'get-function-configuration', ...named);
  assert.ok(environment.Variables.LIST_JOBS_PER_SECOND);
  assert.doesNotMatch(JSON.stringify(environment), /DESCRIBE/);
});

test('the schedules fire, and each export has a snapshot of all that there is', async () => {
  const counts = async (name: string) => {
    const records = await history.records(`export_name=${name}/`);
    const whole = records.find(({ job_count }) => job_count === 300);
    return whole?.listings.map((l) => [l.thing_group_name, l.status, l.job_count, l.missing]);
  };
  const of = (group: string | null, isMissing = false) =>
    STATUSES.map((status) => [group, status, isMissing ? 0 : (IN_FLEET[status] ?? 0), isMissing]);
  assert.deepEqual(await eventually('snapshot of all', () => counts('all')), of(null));
  const groups = await eventually('snapshot of the groups', () => counts('groups'));
  const idle = STATUSES.map((status) => ['fleet-idle', status, 0, false]);
  assert.deepEqual(groups, [...of('fleet-eu'), ...of('fleet-moon', true), ...idle, ...of('fleet-void', true)]);
});
const IN_FLEET: Readonly<Record<string, number>> = { IN_PROGRESS: 280, CANCELED: 20 };

test('npm run verify finds that all is well', () => {
  const verify = spawnSync(process.execPath, ['local/verify.ts', `s3://${outputs.HistoryBucket}`], {
    cwd: ROOT,
    env: account.env,
    encoding: 'utf8',
  });
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
  assert.match(verify.stdout, /all is well/);
});

test('Trino reads tables and views as they are deployed', async () => {
  const { rows } = await aws.sql(
    "SELECT export_name, status, count(*) FROM latest_jobs WHERE account_id = '111111111111' GROUP BY 1, 2 ORDER BY 1, 2",
  );
  assert.deepEqual(rows, [
    ['all', 'CANCELED', 20],
    ['all', 'IN_PROGRESS', 280],
    ['groups', 'CANCELED', 20],
    ['groups', 'IN_PROGRESS', 280],
  ]);
  const health = await aws.sql("SELECT missing_groups FROM snapshot_health WHERE export_name = 'groups'");
  assert.deepEqual(health.rows[0], [['fleet-moon', 'fleet-void']]);
});

test('the metrics of the snapshots are there, and none of a group that is missing', async () => {
  const maximum = (dimensions: Record<string, string>) => maximumOf(account, 'JobCount', dimensions);
  assert.equal(maximum({ Export: 'all', Status: 'IN_PROGRESS' }), 280);
  assert.equal(maximum({ Export: 'all', Status: 'COMPLETED' }), 0);
  assert.equal(maximum({ Export: 'groups', ThingGroup: 'fleet-eu', Status: 'CANCELED' }), 20);
  assert.equal(maximum({ Export: 'groups', ThingGroup: 'fleet-moon', Status: 'CANCELED' }), undefined);
});

test('the alarms that have a cause are on, and none of the others waits for data', async () => {
  await eventually('two snapshots on end', async () =>
    alarmStates(account)['count all 2'] === 'ALARM' ? true : undefined,
  );
  assert.deepEqual(alarmStates(account), {
    'count all': 'ALARM',
    'count all 2': 'ALARM',
    'dead-letters': 'OK',
    'failing all': 'OK',
    'failing groups': 'OK',
    'function-failed': 'OK',
    'function-failing': 'OK',
    'invocations-throttled': 'OK',
    'missing-thing-group groups': 'ALARM',
    'no-snapshot all': 'OK',
    'no-snapshot groups': 'OK',
    'old-events': 'OK',
    'previous-unreadable all': 'OK',
    'previous-unreadable groups': 'OK',
    'slow all': 'OK',
    'slow groups': 'OK',
    'snapshot-failed all': 'OK',
    'snapshot-failed groups': 'OK',
    'throttled all': 'OK',
    'throttled groups': 'OK',
    undelivered: 'OK',
  });
});

test('the queue that is subscribed to the topic gets a message with the section of the runbook', async () => {
  const message = await eventually('message of the count alarm', async () => {
    return onCall.messagesOf('count')[0];
  });
  assert.match(message.AlarmDescription, /In export all, more than 200 jobs are IN_PROGRESS\./);
  // The first deployment sends no notification of snapshots that were not due yet.
  assert.deepEqual(onCall.messagesOf('failing'), []);
});

test('the address of alarmEmails is subscribed to the topic that the stack names', () => {
  const topic = ['--topic-arn', outputs.AlarmTopic ?? ''];
  const { Subscriptions: subscriptions } = account.aws('sns', 'list-subscriptions-by-topic', ...topic);
  const emails = subscriptions.filter(({ Protocol: protocol }: { Protocol: string }) => protocol === 'email');
  assert.deepEqual(
    emails.map(({ Endpoint: address }: { Endpoint: string }) => address),
    EMAILS,
  );
});

test('a schedule that is delivered twice changes nothing', async () => {
  const [record] = await history.records('export_name=all/');
  const before = await history.keys();
  const event = { export: 'all', scheduledTime: `${record?.snapshot_at.replace(' ', 'T').slice(0, 19)}Z` };
  const answer = invoke(event);
  assert.deepEqual([answer.outcome, answer.jobCount], ['already-written', record?.job_count]);
  assert.deepEqual(
    (await history.keys()).filter((key) => before.includes(key)),
    before,
  );
});

test('three hours without a snapshot put the freshness alarms on, and the next snapshot puts them off', () => {
  aws.later(3 * 3600);
  const later = alarmStates(account);
  assert.deepEqual([later['no-snapshot all'], later['no-snapshot groups']], ['ALARM', 'ALARM']);
  aws.later(0);
  const now = alarmStates(account);
  assert.deepEqual([now['no-snapshot all'], now['no-snapshot groups']], ['OK', 'OK']);
});

test('without iot:ListJobs runs fail, nothing of them is visible, and the failure alarm goes on', async () => {
  await withoutAction(account, 'iot:ListJobs', async () => {
    const before = await history.keys();
    const scheduledTime = '2026-01-01T00:00:00Z';
    assert.match(invoke({ export: 'all', scheduledTime }).errorMessage, /^No permission for iot:ListJobs/);
    assert.match(JSON.stringify(logLines(account, 'Snapshot failed')), /AccessDeniedError/);
    const added = (await history.keys()).filter((key) => !before.includes(key));
    assert.deepEqual(
      added.filter((key) => key.includes('20260101T000000Z')),
      [],
    );
    assert.equal(alarmStates(account)['function-failed'], 'ALARM');
    // One cause notifies once: the export's alarm suppresses that of the function.
    await eventually('message of the failing export', async () => {
      alarmStates(account);
      return onCall.messagesOf('failing').find(({ AlarmDescription: text }) => /xport all\b/.test(text));
    });
    assert.deepEqual(onCall.messagesOf('function-failing'), []);
  });
});

test('an upgrade with another configuration keeps the data, and the new export has snapshots', async () => {
  const before = await history.keys('snapshots/');
  const daily = { name: 'often', schedule: 'rate(1 minute)', statuses: ['IN_PROGRESS'] };
  const upgraded = account.deploy({
    exports: [ALL, daily],
    retiredExports: ['groups'],
    alarmEmails: EMAILS,
  }).IotJobsExporter;
  assert.equal(upgraded?.HistoryBucket, outputs.HistoryBucket);
  const [record] = await eventually('snapshot of the new export', async () => {
    const records = await history.records('export_name=often/');
    return records.length > 0 ? records : undefined;
  });
  assert.equal(record?.job_count, 280);
  const after = await history.keys('snapshots/');
  assert.deepEqual(
    before.filter((key) => !after.includes(key)),
    [],
  );
  const { rows } = await aws.sql('SELECT DISTINCT export_name FROM snapshots ORDER BY 1');
  assert.deepEqual(rows.flat(), ['all', 'groups', 'often']);
});

test('cdk destroy takes the stack and leaves the data', async () => {
  const before = await history.keys('snapshots/');
  account.cdk('destroy', '--all', '--force', '-c', `config=${join(aws.folder, 'exporter.config.json')}`);
  const after = await history.keys('snapshots/');
  assert.deepEqual(
    before.filter((key) => !after.includes(key)),
    [],
  );
  assert.throws(() => account.aws('lambda', 'get-function', '--function-name', outputs.ExportFunction ?? ''));
});

function invoke(event: object): Answer {
  const file = join(aws.folder, 'answer.json');
  account.aws(
    ...['lambda', 'invoke', '--function-name', outputs.ExportFunction ?? '', '--payload', JSON.stringify(event), file],
  );
  return JSON.parse(readFileSync(file, 'utf8'));
}

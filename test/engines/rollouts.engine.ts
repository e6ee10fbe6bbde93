/** Details of jobs: the counts of rollouts in the history, in queries and in alarms, while executions progress. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  AddThingToThingGroupCommand,
  CreateJobCommand,
  CreateJobTemplateCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import type { JobDetailsRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { readQueries } from '../../sql/catalog.ts';
import type { Account, Answer } from './local-aws/account.ts';
import { alarmStates } from './local-aws/alarms.ts';
import { eventually } from './local-aws/eventually.ts';
import { roleStatements, withoutAction } from './local-aws/function-role.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { maximumOf } from './local-aws/metrics.ts';
import { type OnCall, subscribeQueue } from './local-aws/on-call.ts';
import { foundBySection, sqlOfSection } from './local-aws/runbook.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXPORT = {
  name: 'all',
  // Never by itself: the test invokes it, often enough that CloudWatch judges the alarms each minute.
  schedule: 'cron(0/10 * 1 1 ? *)',
  thingGroups: ['fleet', 'canary'],
  details: true,
  rollouts: { failedPercent: 20, minThings: 3, stalledHours: 1 },
};
const THINGS = Array.from({ length: 12 }, (_, i) => `thing-${i}`);
const GROUPS = { fleet: THINGS, canary: THINGS.slice(0, 2) };
const ABORT = { failureType: 'ALL', action: 'CANCEL', thresholdPercentage: 50, minNumberOfExecutedThings: 10 } as const;

let aws: LocalAws;
let account: Account;
let history: StoredHistory;
let outputs: Record<string, string>;
let onCall: OnCall;

before(async () => {
  aws = await startLocalAws();
  account = aws.account();
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await createRollouts();
  const config = { exports: [EXPORT], alarmEmails: ['on-call@example.com'], disabledAlarms: ['no-snapshot'] };
  outputs = account.deploy(config).IotJobsExporter ?? {};
  history = storedHistory(account, outputs.HistoryBucket ?? '');
  onCall = subscribeQueue(account, outputs.AlarmTopic ?? '');
});
after(() => aws?.stop());

test('the role may describe the jobs of its account and Region, and may write details below its own prefix', () => {
  const statements = roleStatements(account);
  const ofJobs = statements.filter(({ Action: action }) => JSON.stringify(action).includes('DescribeJob'));
  assert.deepEqual(
    ofJobs.map(({ Action: action, Resource: resource }) => [action, resource]),
    [['iot:DescribeJob', `arn:aws:iot:${REGION}:${ACCOUNT}:job/*`]],
  );
  assert.match(JSON.stringify(statements), new RegExp(`/details/account_id=${ACCOUNT}/`));
});

let first: readonly JobDetailsRow[];

test('each job is described once, whatever number of thing groups it is for, with what the service says of it', async () => {
  const record = await takeSnapshot();
  assert.deepEqual([record.job_count, record.detail_count, record.details_left_out], [4, 3, 0]);
  first = await history.details(record);
  assert.deepEqual(first.map(({ job_id: id }) => id).sort(), ['firmware', 'settings', 'short']);
  assertAsTheServiceHas(first);
  const firmware = rowOf(first, 'firmware');
  assert.deepEqual(firmware.targets, [arnOf('thinggroup/fleet'), arnOf('thinggroup/canary')]);
  assert.equal(firmware.job_template_arn, arnOf('jobtemplate/firmware'));
  assert.deepEqual(firmware.abort_criteria, [
    { action: 'CANCEL', failure_type: 'ALL', threshold_percentage: 50, min_number_of_executed_things: 10 },
  ]);
  const { 'rollout-failing all': failing, 'rollout-stalled all': stalled, 'details-failing all': ofDetails } = states();
  assert.deepEqual([failing, stalled, ofDetails], ['OK', 'OK', 'OK']);
});

test('things that fail put the alarm on, and the line of the log, which the query of the runbook finds, names the job', async () => {
  runExecutions([
    ...THINGS.slice(0, 6).map((thing) => ['firmware', thing, 'SUCCEEDED'] as const),
    ...THINGS.slice(6, 9).map((thing) => ['firmware', thing, 'FAILED'] as const),
    ['firmware', 'thing-9', 'REJECTED'],
  ]);
  const next = account.aws('iot-jobs-data', 'start-next-pending-job-execution', '--thing-name', 'thing-10');
  assert.deepEqual([next.execution.jobId, next.execution.status], ['firmware', 'IN_PROGRESS']);
  const record = await takeSnapshot();
  await eventually('alarm', async () => (states()['rollout-failing all'] === 'ALARM' ? true : undefined), 30);
  const rows = await history.details(record);
  assertAsTheServiceHas(rows);
  assert.deepEqual(countsOf(rowOf(rows, 'firmware')), {
    ...{ queued_things: 1, in_progress_things: 1, succeeded_things: 6, failed_things: 3 },
    ...{ rejected_things: 1, timed_out_things: 0, removed_things: 0, canceled_things: 0 },
  });
  assert.equal(rowOf(rows, 'settings').progress_since, rowOf(first, 'settings').described_at);
  assert.equal(rowOf(rows, 'firmware').progress_since, rowOf(rows, 'firmware').described_at);
  assert.deepEqual(
    ['FAILED', 'SUCCEEDED'].map((ThingStatus) => maximumOf(account, 'ThingsInStatus', { Export: 'all', ThingStatus })),
    [3, 6],
  );
  const message = await eventually('message', async () => onCall.messagesOf('rollout-failing')[0], 30);
  assert.match(message.AlarmDescription, /In export all, more than 20 % of the things that executed a job failed/);
  const { snapshot_id: snapshotId } = record;
  const found = foundBySection('rollout-failing', account);
  assert.deepEqual(found, [{ snapshotId, jobId: 'firmware', thingsExecuted: 10, failedPercent: 40 }]);
});

test('views and saved queries say of the rollouts what the service says', async () => {
  const latest = await aws.sql(
    'SELECT job_id, status, things_total, things_done, things_failed, percent_failed, details_left_out FROM latest_rollouts',
  );
  assert.deepEqual(sorted(latest.rows), [
    ['firmware', 'IN_PROGRESS', 12, 10, 4, 40, 0],
    ['settings', 'IN_PROGRESS', 12, 0, 0, null, 0],
    ['short', 'IN_PROGRESS', 2, 0, 0, null, 0],
  ]);
  const progress = await aws.sql(
    `SELECT things_done, percent_to_abort, things_per_hour > 0, expected_end > described_at FROM rollout_progress
    WHERE job_id = 'firmware' ORDER BY snapshot_at`,
  );
  assert.deepEqual(progress.rows, [
    [0, null, null, null],
    [10, 10, true, true],
  ]);
  const [sql = ''] = sqlOfSection('rollout-failing', account);
  assert.deepEqual(
    (await aws.sql(sql)).rows.map((row) => row.slice(0, 5)),
    [['firmware', 'IN_PROGRESS', 10, 12, 40]],
  );
  const now = await ask('rollouts-now', ['job_id', 'things_total', 'things_done', 'percent_failed']);
  assert.deepEqual(sorted(now), [
    ['firmware', 12, 10, 40],
    ['settings', 12, 0, null],
    ['short', 2, 0, null],
  ]);
  assert.deepEqual(await ask('failing-rollouts', ['job_id', 'percent_failed', 'percent_to_abort']), [
    ['firmware', 40, 10],
  ]);
  assert.deepEqual(await ask('stalled-rollouts', ['job_id']), []);
  const atOnce = await ask('stalled-rollouts', ['job_id', 'queued_things'], ['>= 24', '>= 0']);
  assert.deepEqual(sorted(atOnce), [
    ['firmware', 1],
    ['settings', 12],
    ['short', 2],
  ]);
  const compared = await ask('rollout-compared', ['job_id', 'is_asked', 'things_done'], [/'fw-[^']+'/, "'firmware'"]);
  assert.deepEqual(compared, [['firmware', true, 10]]);
});

test('without iot:DescribeJob the snapshot is complete without details, and says so', async () => {
  // It ends unseen.
  runExecutions(GROUPS.canary.map((thing) => ['short', thing, 'SUCCEEDED'] as const));
  await withoutAction(account, 'iot:DescribeJob', async () => {
    const record = await takeSnapshot();
    const { snapshot_id: snapshotId, job_count: jobs, detail_count: described, details_left_out: leftOut } = record;
    assert.deepEqual([jobs, described, leftOut, record.details_key], [4, 0, 3, null]);
    assert.deepEqual(record.details_owed, ['short']);
    assert.equal(maximumOf(account, 'DetailsFailed', { Export: 'all' }), 1);
    await eventually('alarm', async () => (states()['details-failing all'] === 'ALARM' ? true : undefined), 30);
    const [found, ...others] = foundBySection('details-failing', account);
    assert.deepEqual(
      [others, found],
      [[], { snapshotId, described: 0, leftOut: 3, gone: 0, failed: 3, ...reasonOf(found) }],
    );
    assert.match(`${found?.reason}`, /AccessDeniedError.*iot:DescribeJob/);
    const [sql = ''] = sqlOfSection('details-failing', account);
    assert.deepEqual(
      (await aws.sql(sql)).rows.map((row) => row.slice(1)),
      [[ACCOUNT, REGION, 'all', 0, 3]],
    );
  });
  const message = await eventually('message', async () => onCall.messagesOf('details-failing')[0], 30);
  assert.match(message.AlarmDescription, /[Ee]xport all\b/);
  // Nothing is known of rollouts, so nothing is taken back.
  assert.equal(states()['rollout-failing all'], 'ALARM');
});

let canceled: SnapshotRecord;

test('the last numbers of jobs that ended are kept: of one that was left out before, and of one that was canceled', async () => {
  account.aws('iot', 'cancel-job', '--job-id', 'firmware', '--reason-code', 'BROKEN', '--comment', 'Too many fail');
  canceled = await takeSnapshot();
  assert.deepEqual([canceled.detail_count, canceled.details_left_out, canceled.details_owed], [3, 0, []]);
  const rows = await history.details(canceled);
  assert.deepEqual(
    rows.map(({ job_id: id, status }) => [id, status]),
    [
      ['short', 'COMPLETED'],
      ['firmware', 'CANCELED'],
      ['settings', 'IN_PROGRESS'],
    ],
  );
  assertAsTheServiceHas(rows);
  const { succeeded_things: succeeded, completed_at: completedAt } = rowOf(rows, 'short');
  assert.deepEqual([succeeded, completedAt === null], [2, false]);
  const firmware = rowOf(rows, 'firmware');
  assert.deepEqual(
    [firmware.reason_code, firmware.comment, firmware.force_canceled, firmware.canceled_things],
    ['BROKEN', 'Too many fail', false, 1],
  );
  // Just ended, it is judged once more, without the thing that was canceled.
  assert.deepEqual(foundBySection('rollout-failing', account).at(-1), {
    ...{ snapshotId: canceled.snapshot_id, jobId: 'firmware', thingsExecuted: 10, failedPercent: 40 },
  });
  assert.equal(states()['rollout-failing all'], 'ALARM');
  const [sql = ''] = sqlOfSection('rollout-failing', account);
  assert.deepEqual(
    (await aws.sql(sql)).rows.map((row) => row.slice(0, 5)),
    [['firmware', 'CANCELED', 10, 12, 40]],
  );
  const updates = await ask('job-updates', ['job_id', 'what', 'from_text', 'to_text']);
  assert.deepEqual(sorted(updates), [
    ['firmware', 'comment', null, 'Too many fail'],
    ['firmware', 'reason_code', null, 'BROKEN'],
    ['firmware', 'status', 'IN_PROGRESS', 'CANCELED'],
    ['short', 'status', 'IN_PROGRESS', 'COMPLETED'],
  ]);
});

test('after that they are not described again, and the alarms return', async () => {
  const record = await takeSnapshot();
  assert.deepEqual(
    (await history.details(record)).map(({ job_id: id }) => id),
    ['settings'],
  );
  assert.equal(foundBySection('rollout-failing', account).at(-1)?.snapshotId, canceled.snapshot_id);
  // A snapshot decides once those before it are a minute old.
  await eventually('return', async () => (states()['rollout-failing all'] === 'OK' ? true : undefined), 90);
  assert.equal(states()['details-failing all'], 'OK');
  for (const section of ['rollout-failing', 'details-failing']) {
    await eventually('message', async () => onCall.messagesOf(section, 'OK')[0], 30);
  }
});

test('npm run verify finds that all is well', () => {
  const where = { cwd: ROOT, env: account.env, encoding: 'utf8' } as const;
  const verify = spawnSync(process.execPath, ['local/verify.ts', `s3://${outputs.HistoryBucket}`], where);
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
  assert.match(verify.stdout, /all is well/);
});

/** Creates two thing groups with things, a job for both, and a job for each. */
async function createRollouts(): Promise<void> {
  const iot = new IoTClient(account.client);
  for (const thingName of THINGS) await iot.send(new CreateThingCommand({ thingName }));
  for (const [thingGroupName, things] of Object.entries(GROUPS)) {
    await iot.send(new CreateThingGroupCommand({ thingGroupName }));
    for (const thingName of things) await iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName }));
  }
  const template = { jobTemplateId: 'firmware', description: 'Firmware', document: '{}' };
  const { jobTemplateArn } = await iot.send(new CreateJobTemplateCommand(template));
  const [fleet, canary] = ['fleet', 'canary'].map((group) => arnOf(`thinggroup/${group}`)) as [string, string];
  const abortConfig = { criteriaList: [ABORT] };
  await iot.send(new CreateJobCommand({ jobId: 'firmware', targets: [fleet, canary], jobTemplateArn, abortConfig }));
  await iot.send(new CreateJobCommand({ jobId: 'settings', targets: [fleet], document: '{}' }));
  await iot.send(new CreateJobCommand({ jobId: 'short', targets: [canary], document: '{}' }));
  iot.destroy();
}

/** As the devices do. */
function runExecutions(executions: readonly (readonly [job: string, thing: string, status: string])[]): void {
  const commands = executions.map(
    ([job, thing, status]) =>
      `aws iot-jobs-data update-job-execution --job-id ${job} --thing-name ${thing} --status ${status} > /dev/null`,
  );
  account.shell(commands.join('\n'));
}

/** Invokes the function with the event of its schedule, for now, and gives the record. */
async function takeSnapshot(): Promise<SnapshotRecord> {
  const { Schedules: schedules } = account.aws('scheduler', 'list-schedules');
  const [{ Name: name, GroupName: group }] = schedules;
  const { Target: target } = account.aws('scheduler', 'get-schedule', '--name', name, '--group-name', group);
  const scheduledTime = `${new Date().toISOString().slice(0, 19)}Z`;
  const event = target.Input.replace('<aws.scheduler.scheduled-time>', scheduledTime);
  const file = join(aws.folder, 'answer.json');
  account.aws('lambda', 'invoke', '--function-name', outputs.ExportFunction ?? '', '--payload', event, file);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).outcome, 'written');
  const record = (await history.records()).at(-1);
  assert.equal(record?.snapshot_id, `${scheduledTime.replaceAll(/[-:]/g, '')}-all`);
  return record as SnapshotRecord;
}

function assertAsTheServiceHas(rows: readonly JobDetailsRow[]): void {
  for (const row of rows) {
    const { job } = account.aws('iot', 'describe-job', '--job-id', row.job_id);
    const counts = Object.entries(job.jobProcessDetails).map(([name, count]) => [columnOf(name), count]);
    assert.deepEqual(countsOf(row), Object.fromEntries(counts));
    const { job_arn: arn, status, target_selection: selection, targets, created_at: createdAt } = row;
    assert.deepEqual([arn, status, selection, targets], [job.jobArn, job.status, job.targetSelection, job.targets]);
    assert.equal(Date.parse(`${createdAt?.replace(' ', 'T')}Z`), 1000 * job.createdAt);
  }
}

/** `numberOfTimedOutThings` is timed_out_things. */
function columnOf(name: string): string {
  return name
    .replace('numberOf', '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
}

function countsOf(row: JobDetailsRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name.endsWith('_things')));
}

function rowOf(rows: readonly JobDetailsRow[], id: string): JobDetailsRow {
  const row = rows.find(({ job_id }) => job_id === id);
  assert.ok(row, `No row of ${id}`);
  return row;
}

function reasonOf({ reason }: Answer = {}) {
  return { reason };
}

/** Columns of what a saved query gives, with one of its literals replaced, where it is. */
async function ask(name: string, columns: readonly string[], literal?: readonly [string | RegExp, string]) {
  const saved = readQueries().find((query) => query.name === name);
  assert.ok(saved, `No saved query ${name}`);
  const sql = literal ? saved.sql.replace(...literal) : saved.sql;
  assert.equal(sql === saved.sql, literal === undefined);
  const { columns: given, rows } = await aws.sql(sql);
  const places = columns.map((column) => given.findIndex((one) => one.name === column));
  return rows.map((row) => places.map((place) => row[place]));
}

function sorted(rows: readonly (readonly unknown[])[]): (readonly unknown[])[] {
  return rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function states(): Record<string, string> {
  return alarmStates(account);
}

function arnOf(resource: string): string {
  return `arn:aws:iot:${REGION}:${ACCOUNT}:${resource}`;
}

/**
 * Runs that outlast an invocation: by the schedule, the function and the state machine, through what may become of them, with
 * the commands of docs/runbook.md, verbatim.
 *
 * The function's timeout is seconds here and not 15 minutes, so that a run of a minute takes several invocations.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelJobCommand, CreateJobCommand, DeleteJobCommand, IoTClient } from '@aws-sdk/client-iot';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import type { Continuation, ExportEvent } from '../../lambda/contract/event.ts';
import type { Account, Answer } from './local-aws/account.ts';
import { alarmStates } from './local-aws/alarms.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const MINUTE_MS = 60_000;
const ROOT = join(import.meta.dirname, '../..');
const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');

/** Rows that compress badly: a part of an upload has 5 MiB, and these make more than one. */
const JOBS = 100_000;
const GROUPS = Array.from({ length: 8 }, (_, i) => `group-${i}`);
const TARGET = `arn:aws:iot:${REGION}:${ACCOUNT}:thinggroup/fleet`;
const NEVER = 'cron(0 0 1 1 ? *)';

let aws: LocalAws;
let account: Account;
let history: StoredHistory;
let iot: IoTClient;
let outputs: Record<string, string>;
/** The first snapshot, which the schedule takes. */
let first: ExportEvent;

before(async () => {
  aws = await startLocalAws();
  account = aws.account();
  iot = new IoTClient(account.client);
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await createFleet(account, { thingGroup: 'fleet', inProgress: 4, canceled: 1 });
  aws.copyJob(
    'fleet-0',
    Array.from({ length: JOBS }, () => randomBytes(48).toString('base64url')),
  );
  for (const thingGroup of GROUPS) await createFleet(account, { thingGroup, inProgress: 1, canceled: 0 });
});
after(async () => {
  iot?.destroy();
  await aws?.stop();
});

test('without an export that has more than 15 minutes there is no state machine, and an event that asks for more is refused', () => {
  outputs = account.deploy({ exports: [{ name: 'all', schedule: NEVER }] }).IotJobsExporter ?? {};
  assert.equal(outputs.StateMachine, undefined);
  assert.deepEqual(account.aws('stepfunctions', 'list-state-machines').stateMachines, []);
  const { StackResourceSummaries: resources } = account.aws(
    ...['cloudformation', 'list-stack-resources', '--stack-name', 'IotJobsExporter'],
  );
  const types = resources.map(({ ResourceType: type }: Answer) => type);
  assert.ok(types.includes('AWS::Lambda::Function') && !types.includes('AWS::StepFunctions::StateMachine'));
  const answer = invoke({ export: 'all', scheduledTime: '2026-01-01T00:00:00Z', maxRunMinutes: 60 });
  assert.match(answer.errorMessage, /maxRunMinutes 60 needs a state machine/);
});

test('an upgrade brings the state machine, which Step Functions takes', () => {
  const due = new Date(Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
  const upgraded = account.deploy({
    exports: [
      { name: 'all', schedule: `cron(${due.getUTCMinutes()} ${due.getUTCHours()} * * ? *)`, maxRunMinutes: 60 },
      { name: 'groups', schedule: NEVER, thingGroups: GROUPS, maxRunMinutes: 60 },
    ],
    callsPerSecond: 10,
    disabledAlarms: ['no-snapshot'],
  }).IotJobsExporter;
  assert.equal(upgraded?.HistoryBucket, outputs.HistoryBucket);
  outputs = upgraded ?? {};
  history = storedHistory(account, outputs.HistoryBucket ?? '');
  const { definition } = account.aws('stepfunctions', 'describe-state-machine', '--state-machine-arn', machine());
  const { result, diagnostics } = account.aws(
    ...['stepfunctions', 'validate-state-machine-definition', '--definition', definition],
  );
  assert.deepEqual([result, diagnostics], ['OK', []]);
  configure({ timeout: 20, callsPerSecond: 10 });
});

test('the schedule begins a run, which the state machine brings to its end over invocations', async () => {
  const execution = await eventually('execution of the first snapshot', async () => executions().at(0));
  // Another delivery of the event meanwhile.
  const next = JSON.parse(execution.input).next as Continuation;
  // The local AWS has the time at which it fired for the scheduled time, which may be seconds later.
  first = next.event as ExportEvent;
  assert.deepEqual([first.export, first.maxRunMinutes], ['all', 60]);
  assert.deepEqual(invoke(first), { snapshotId: snapshotIdOf(first), outcome: 'continued', next });

  assert.equal((await ended(execution.executionArn)).status, 'SUCCEEDED');
  assert.equal(executions(first).length, 1);
  const tasks = eventsOf(execution.executionArn, 'TaskSucceeded');
  assert.ok(tasks.length >= 2, `${tasks.length} invocations after the first`);
  const [record, ...others] = await history.records('export_name=all/');
  assert.deepEqual([record?.job_count, record?.listings.length, others], [JOBS + 13, 5, []]);
});

test('it leaves one object of rows, made of parts, no upload, and its work in its own place', async () => {
  const jobs = await history.keys('jobs/');
  assert.equal(jobs.length, 1);
  const bucket = ['--bucket', outputs.HistoryBucket ?? ''];
  const { ETag: etag } = account.aws('s3api', 'head-object', ...bucket, '--key', jobs[0] ?? '');
  assert.match(etag, /-[2-9]"$/);
  noUploads();
  const work = await history.keys('work/');
  const own = `work/account_id=${ACCOUNT}/region=${REGION}/export_name=all/${snapshotIdOf(first)}.`;
  assert.ok(work.length > 5);
  assert.deepEqual(
    work.filter((key) => !key.startsWith(own)),
    [],
  );
  // Of the second delivery nothing, and the one event.
  assert.equal(new Set(work.map((key) => key.slice(own.length, own.length + 16))).size, 1);
  assert.equal(work.filter((key) => key.endsWith('.event.json')).length, 1);
  assert.match(account.shell(`cd ${ROOT} && node local/verify.ts s3://${outputs.HistoryBucket}`), /all is well/);
});

test('Trino reads all rows of it, each once', async () => {
  const { rows } = await aws.sql('SELECT status, count(*), count(DISTINCT job_id) FROM jobs GROUP BY 1 ORDER BY 1');
  assert.deepEqual(rows, [
    ['CANCELED', 1, 1],
    ['IN_PROGRESS', JOBS + 12, JOBS + 12],
  ]);
});

test('a delivery after it was recorded finds it written', () => {
  const answer = invoke(first);
  assert.deepEqual([answer.outcome, answer.jobCount], ['already-written', JOBS + 13]);
  assert.equal(executions(first).length, 1);
});

test('a second run has the changes since the first', async () => {
  for (const jobId of ['fleet-1', 'group-7-0']) await iot.send(new CancelJobCommand({ jobId }));
  await iot.send(new DeleteJobCommand({ jobId: 'fleet-2', force: true }));
  await iot.send(new CreateJobCommand({ jobId: 'late', targets: [TARGET], document: '{}' }));
  const at = Math.max(Date.now(), Date.parse(first.scheduledTime) + 1000);
  const second = { ...first, scheduledTime: `${new Date(at).toISOString().slice(0, 19)}Z` };
  send(second);
  const { executionArn } = await begun(second);
  assert.equal((await ended(executionArn)).status, 'SUCCEEDED');
  const { rows } = await aws.sql(
    "SELECT job_id, change, from_status, to_status FROM job_changes WHERE export_name = 'all' ORDER BY 1, 2",
  );
  assert.deepEqual(rows, [
    ['fleet-1', 'MOVED', 'IN_PROGRESS', 'CANCELED'],
    ['fleet-2', 'VANISHED', 'IN_PROGRESS', null],
    ['group-7-0', 'MOVED', 'IN_PROGRESS', 'CANCELED'],
    ['late', 'APPEARED', null, 'IN_PROGRESS'],
  ]);
  noUploads();
});

test('an invocation that is throttled, or that Lambda cannot run, is tried again', async () => {
  configure({ timeout: 10, callsPerSecond: 2 });
  const event = eventAt('01');
  send(event);
  const { executionArn } = await begun(event);
  const name = ['--function-name', outputs.ExportFunction ?? ''];
  account.aws('lambda', 'put-function-concurrency', ...name, '--reserved-concurrent-executions', '0');
  await failedTasks(executionArn, /^Lambda\.TooManyRequestsException$/);
  account.aws('lambda', 'delete-function-concurrency', ...name);
  account.aws('lambda', 'update-function-configuration', ...name, '--handler', 'index.gone');
  await failedTasks(executionArn, /^(?!Lambda\.TooMany)/);
  account.aws('lambda', 'update-function-configuration', ...name, '--handler', 'index.handler');
  assert.equal((await ended(executionArn)).status, 'SUCCEEDED');
  assert.equal((await history.records(snapshotIdOf(event))).length, 1);
});

test('a run that fails for good is not tried again, sends a notification, and is replayed from the dead-letter queue', async () => {
  const event = eventAt('02');
  const { executionArn } = await failWithoutListJobs(event);
  assert.equal((await failedTasks(executionArn, /./)).length, 1);
  assert.equal(alarmStates(account)['run-failed'], 'ALARM');
  assert.deepEqual(
    await history.keys(`jobs/account_id=${ACCOUNT}/region=${REGION}/export_name=groups/dt=2026-01-02`),
    [],
  );

  const payload = account.shell(block('aws sqs receive-message', '#how-to-replay-a-run')).trim();
  assert.deepEqual(JSON.parse(payload), event);
  const invocation = block('aws lambda invoke', '#how-to-replay-a-run');
  const answer = lastLine(account.shell(invocation.replace(/'\{"export".*\}'/, `'${payload}'`)));
  assert.equal(answer.outcome, 'continued');
  const [failed, replayed] = executions(event);
  assert.deepEqual([failed.executionArn, replayed.name], [executionArn, `${snapshotIdOf(event)}_2`]);
  assert.equal((await ended(replayed.executionArn)).status, 'SUCCEEDED');
  assert.equal((await history.records(snapshotIdOf(event))).length, 1);
  await emptyQueue();
});

test('a redrive of a run that failed goes on where the run was', async () => {
  const event = eventAt('03');
  const { executionArn } = await failWithoutListJobs(event);
  account.shell(block('aws stepfunctions redrive-execution', '#run-failed', { EXECUTION: executionArn }));
  assert.equal((await ended(executionArn)).status, 'SUCCEEDED');
  assert.equal((await history.records(snapshotIdOf(event))).length, 1);
  assert.equal(runsOf(await history.keys('work/'), event).size, 1);
  await emptyQueue();
});

test('a run whose time is over ends at once, and its redrive begins it again', async () => {
  const event = eventAt('04');
  const startedAt = new Date(Date.now() - 61 * MINUTE_MS).toISOString();
  const next = { event, run: randomBytes(8).toString('hex'), invocation: 2, attempt: 1, startedAt };
  const input = ['--name', snapshotIdOf(event), '--input', JSON.stringify({ next })];
  const start = ['stepfunctions', 'start-execution', '--state-machine-arn', machine()];
  const { executionArn } = account.aws(...start, ...input);
  assert.deepEqual(errorOf(await ended(executionArn)), ['FAILED', 'OutOfTimeError']);
  assert.equal(eventsOf(executionArn, 'TaskFailed').length, 1);
  account.shell(block('aws stepfunctions redrive-execution', '#run-failed', { EXECUTION: executionArn }));
  assert.equal((await ended(executionArn)).status, 'SUCCEEDED');
  assert.equal((await history.records(snapshotIdOf(event))).length, 1);
  await emptyQueue();
});

test('a run that a person stops ends, and its event is in the dead-letter queue', async () => {
  const event = eventAt('05');
  send(event);
  const { executionArn } = await begun(event);
  account.shell(
    block('aws stepfunctions list-executions --state-machine-arn MACHINE --status-filter RUNNING', '#run-failed', {
      EXECUTION: executionArn,
    }),
  );
  assert.equal((await ended(executionArn)).status, 'ABORTED');
  assert.deepEqual(JSON.parse(account.shell(block('aws sqs receive-message', '#how-to-replay-a-run'))), event);
  await emptyQueue();
  assert.deepEqual(await history.records(snapshotIdOf(event)), []);
});

/** A run of the groups; the first hour of the day stands for any. */
function eventAt(day: string): ExportEvent {
  return { export: 'groups', scheduledTime: `2026-01-${day}T00:00:00Z`, thingGroups: GROUPS, maxRunMinutes: 60 };
}

/** Takes `iot:ListJobs` from the function's role while the run goes on, until that has failed. */
async function failWithoutListJobs(event: ExportEvent): Promise<Answer> {
  send(event);
  const execution = await begun(event);
  const role = account
    .aws('iam', 'list-roles')
    .Roles.find(({ Description: text }: Answer) => text === 'Of the function that exports AWS IoT jobs').RoleName;
  const policy = ['--role-name', role, '--policy-name', 'Export'];
  const { PolicyDocument: document } = account.aws('iam', 'get-role-policy', ...policy);
  const Statement = document.Statement.filter(({ Action: action }: Answer) => action !== 'iot:ListJobs');
  assert.equal(Statement.length, document.Statement.length - 1);
  const put = (text: object) =>
    account.aws('iam', 'put-role-policy', ...policy, '--policy-document', JSON.stringify(text));
  put({ ...document, Statement });
  try {
    assert.deepEqual(errorOf(await ended(execution.executionArn)), ['FAILED', 'AccessDeniedError']);
  } finally {
    put(document);
  }
  return execution;
}

function errorOf({ status, error }: Answer): string[] {
  return [status, error];
}

function machine(): string {
  return outputs.StateMachine ?? '';
}

function snapshotIdOf({ export: name, scheduledTime }: ExportEvent): string {
  return `${scheduledTime.replaceAll(/[-:]/g, '')}-${name}`;
}

/** All that there were, of a snapshot where one is given, the oldest first. */
function executions(event?: ExportEvent): Answer[] {
  const { executions: found } = account.aws('stepfunctions', 'list-executions', '--state-machine-arn', machine());
  return found
    .filter(({ name }: Answer) => event === undefined || name.startsWith(snapshotIdOf(event)))
    .map(({ executionArn }: Answer) => describe(executionArn))
    .reverse();
}

function describe(executionArn: string): Answer {
  return account.aws('stepfunctions', 'describe-execution', '--execution-arn', executionArn);
}

/** The execution of a snapshot, as soon as there is one. */
function begun(event: ExportEvent): Promise<Answer> {
  return eventually(`execution of ${snapshotIdOf(event)}`, async () => executions(event).at(-1));
}

function ended(executionArn: string): Promise<Answer> {
  return eventually(`end of ${executionArn}`, async () => {
    const execution = describe(executionArn);
    return execution.status === 'RUNNING' ? undefined : execution;
  });
}

function eventsOf(executionArn: string, type: string): Answer[] {
  const { events } = account.aws('stepfunctions', 'get-execution-history', '--execution-arn', executionArn);
  return events.filter((event: Answer) => event.type === type);
}

/** Those that failed with an error, as soon as there are some. */
function failedTasks(executionArn: string, error: RegExp): Promise<Answer[]> {
  return eventually(`task that failed with ${error}`, async () => {
    const failed = eventsOf(executionArn, 'TaskFailed');
    const found = failed.filter(({ taskFailedEventDetails: details }) => error.test(details.error));
    return found.length > 0 ? found : undefined;
  });
}

/** Delivers an event as EventBridge Scheduler does. */
function send(event: ExportEvent): void {
  const answer = invokeFunction(event, '--invocation-type', 'Event');
  assert.equal(answer.StatusCode, 202);
}

function invoke(event: object): Answer {
  invokeFunction(event);
  return JSON.parse(readFileSync(join(aws.folder, 'answer.json'), 'utf8'));
}

function invokeFunction(event: object, ...parameters: string[]): Answer {
  const name = ['--function-name', outputs.ExportFunction ?? ''];
  const payload = ['--payload', JSON.stringify(event), join(aws.folder, 'answer.json')];
  return account.aws('lambda', 'invoke', ...name, ...parameters, ...payload);
}

/** Changes the function outside of the app. */
function configure({ timeout, callsPerSecond }: { timeout: number; callsPerSecond: number }): void {
  const name = ['--function-name', outputs.ExportFunction ?? ''];
  const { Environment: environment } = account.aws('lambda', 'get-function-configuration', ...name);
  const Variables = { ...environment.Variables, [ENVIRONMENT.callsPerSecond]: String(callsPerSecond) };
  const changed = ['--timeout', String(timeout), '--environment', JSON.stringify({ Variables })];
  account.aws('lambda', 'update-function-configuration', ...name, ...changed);
}

function noUploads(): void {
  const { Uploads: uploads = [] } =
    account.aws('s3api', 'list-multipart-uploads', '--bucket', outputs.HistoryBucket ?? '') ?? {};
  assert.deepEqual(uploads, []);
}

/** The runs that have work for a snapshot. */
function runsOf(work: readonly string[], event: ExportEvent): Set<string | undefined> {
  const form = new RegExp(`/${snapshotIdOf(event)}\\.(?<run>[0-9a-f]{16})\\.`);
  return new Set(work.map((key) => form.exec(key)?.groups?.run).filter(Boolean));
}

/** Deletes the one message that is there, by the runbook's command. */
async function emptyQueue(): Promise<void> {
  const queue = ['--queue-url', outputs.DeadLetterQueue ?? ''];
  const { Messages: messages } = await eventually('message of the dead-letter queue', async () => {
    const received = account.aws('sqs', 'receive-message', ...queue, '--max-number-of-messages', '10');
    return received?.Messages ? received : undefined;
  });
  assert.equal(messages.length, 1);
  account.shell(block('aws sqs delete-message', '#dead-letters', { HANDLE: messages[0].ReceiptHandle }));
}

function lastLine(text: string): Answer {
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

/**
 * The block of a section that begins with a command, of this deployment. The AWS CLI from PyPI is version 1, which takes a
 * payload as it is and does not know the option that says so.
 */
function block(command: string, section: string, names: Readonly<Record<string, string>> = {}): string {
  const heading = new RegExp(`^##+ ${section.slice(1).replaceAll('-', '[ -]')}$`, 'im').exec(runbook);
  const text = runbook.slice(heading?.index).slice(heading?.[0].length);
  const [chapter = ''] = text.split(/^##+ /m);
  const found = [...chapter.matchAll(/^ *```\n(?<block>.*?)^ *```/gms)]
    .map(({ groups }) => groups?.block ?? '')
    .find((one) => one.trim().startsWith(command));
  assert.ok(found, `docs/runbook.md has no ${command} in ${section}`);
  const places = {
    FUNCTION: outputs.ExportFunction ?? '',
    QUEUE: outputs.DeadLetterQueue ?? '',
    MACHINE: machine(),
    ...names,
  };
  return Object.entries(places).reduce(
    (filled, [place, name]) => filled.replaceAll(new RegExp(`\\b${place}\\b`, 'g'), name),
    found.replace('--cli-binary-format raw-in-base64-out ', ''),
  );
}

/** docs/reacting.md: its pattern, code, policy and commands, verbatim, against the default deployment. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelJobCommand, CreateJobCommand, IoTClient } from '@aws-sdk/client-iot';
import { buildSync } from 'esbuild';
import { zipOf } from '../support/zip.ts';
import type { Account } from './local-aws/account.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const ROOT = join(import.meta.dirname, '../..');
const chapter = readFileSync(join(ROOT, 'docs/reacting.md'), 'utf8');
const TARGET = `arn:aws:iot:${REGION}:${ACCOUNT}:thinggroup/fleet`;

let aws: LocalAws;
let account: Account;
let history: StoredHistory;
let outputs: Record<string, string>;
let iot: IoTClient;

before(async () => {
  aws = await startLocalAws();
  account = aws.account();
  iot = new IoTClient(account.client);
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await createFleet(account, { thingGroup: 'fleet', inProgress: 3, canceled: 1 });
  // Never by itself: the test invokes it.
  const exports = [{ name: 'all', schedule: 'cron(0 0 1 1 ? *)' }];
  outputs = account.deploy({ exports, disabledAlarms: ['no-snapshot'] }).IotJobsExporter ?? {};
  history = storedHistory(account, outputs.HistoryBucket ?? '');
  createTarget();
  for (const command of commandsOf(chapter)) account.aws(...command);
});
after(async () => {
  iot?.destroy();
  await aws?.stop();
});

test('the first snapshot has no changes, and so has one of which nothing has changed', async () => {
  for (const hour of ['06', '07']) takeSnapshot(hour);
  assert.deepEqual(await history.keys('changes/'), []);
  assert.equal((await history.records()).at(-1)?.change_count, 0);
});

test('jobs that were canceled reach the target, of one that came and went between two snapshots, too', async () => {
  await iot.send(new CreateJobCommand({ jobId: 'in-passing', targets: [TARGET], document: '{}' }));
  await iot.send(new CreateJobCommand({ jobId: 'stays', targets: [TARGET], document: '{}' }));
  for (const jobId of ['fleet-0', 'in-passing']) await iot.send(new CancelJobCommand({ jobId }));
  takeSnapshot('08');
  const logged = await eventually(
    'lines of two jobs',
    async () => (loggedJobs().length >= 2 ? loggedJobs() : undefined),
    30,
  );
  assert.deepEqual(logged, [
    ['fleet-0', 'MOVED', 'IN_PROGRESS'],
    ['in-passing', 'APPEARED', null],
  ]);
});

test('rows, records and intents do not run the target', async () => {
  takeSnapshot('09');
  await iot.send(new CancelJobCommand({ jobId: 'fleet-1' }));
  takeSnapshot('10');
  await eventually('line of the last job', async () => (loggedJobs().length >= 3 ? true : undefined), 30);
  const [changes, objects] = [await history.keys('changes/'), await history.keys()];
  assert.deepEqual([changes.length, invocations()], [2, 2]);
  assert.ok(objects.length > 15);
});

test('the patterns of one account and of one export match what they should, and nothing else', () => {
  const pattern = JSON.parse(shown('json', 'pattern.json'));
  const isMatched = (key: object, id: string, name: string) => {
    const { detail, ...others } = pattern;
    const narrowed = { ...others, detail: { ...detail, object: { key: [key] } } };
    const object = { key: `changes/account_id=${id}/region=${REGION}/export_name=${name}/dt=2026-01-01/x.ndjson.gz` };
    const event = {
      ...{ version: '0', id: '1', account: ACCOUNT, region: REGION, time: '2026-01-01T00:00:00Z', resources: [] },
      ...{
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: outputs.HistoryBucket }, object },
      },
    };
    const parameters = ['--event-pattern', JSON.stringify(narrowed), '--event', JSON.stringify(event)];
    return account.aws('events', 'test-event-pattern', ...parameters).Result as boolean;
  };
  const [ofAccount, ofExport] = [/`(\{ "prefix": "changes\/account[^`]*)`/, /`(\{ "wildcard":[^`]*)`/].map((form) =>
    JSON.parse(form.exec(chapter)?.[1] ?? ''),
  );
  const places = ['222222222222', '333333333333'].flatMap((id) => ['all', 'daily'].map((name) => [id, name] as const));
  assert.deepEqual(
    places.map(([id, name]) => [isMatched(ofAccount, id, name), isMatched(ofExport, id, name)]),
    [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ],
  );
});

/** The jobs that the target wrote lines of. */
function loggedJobs(): unknown[][] {
  return logLines()
    .filter((line) => line.startsWith('{"job_id"'))
    .map((line) => JSON.parse(line))
    .map(({ job_id, change, from_status }) => [job_id, change, from_status])
    .sort();
}

function invocations(): number {
  return logLines().filter((line) => line.startsWith('START RequestId')).length;
}

function logLines(): string[] {
  const group = ['--log-group-name', '/aws/lambda/on-canceled'];
  const { logGroups: groups } = account.aws('logs', 'describe-log-groups', '--log-group-name-prefix', group[1] ?? '');
  if (groups.length === 0) return [];
  const { events } = account.aws('logs', 'filter-log-events', ...group);
  return events.map(({ message }: { message: string }) => message.trim());
}

function takeSnapshot(hour: string): void {
  const event = { export: 'all', scheduledTime: `2026-01-01T${hour}:00:00Z` };
  const file = join(aws.folder, 'answer.json');
  const name = ['--function-name', outputs.ExportFunction ?? ''];
  account.aws('lambda', 'invoke', ...name, '--payload', JSON.stringify(event), file);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).outcome, 'written');
}

/** The function `on-canceled` of the chapter's code, in a role that has the chapter's policy and no other. */
function createTarget(): void {
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  account.aws('iam', 'create-role', '--role-name', 'on-canceled', '--assume-role-policy-document', document(trust));
  const policy = ['--policy-name', 'read-changes', '--policy-document', shown('json', 'read-changes.json')];
  account.aws('iam', 'put-role-policy', '--role-name', 'on-canceled', ...policy);
  const zip = join(aws.folder, 'on-canceled.zip');
  writeFileSync(zip, zipOf([{ name: 'index.mjs', bytes: withSdk(shown('js', 'index.mjs')) }]));
  account.aws(
    ...['lambda', 'create-function', '--function-name', 'on-canceled', '--runtime', 'nodejs22.x'],
    ...[
      '--handler',
      'index.handler',
      '--role',
      `arn:aws:iam::${ACCOUNT}:role/on-canceled`,
      '--zip-file',
      `fileb://${zip}`,
    ],
  );
}

/** Lambda's runtimes have the SDK, and the local AWS has not. */
function withSdk(contents: string): Buffer {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: ROOT, sourcefile: 'index.mjs' },
    ...{
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      write: false,
      mainFields: ['module', 'main'],
    },
    banner: { js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** The block of a language that follows the name of its file, of this account and bucket. */
function shown(language: string, file: string): string {
  const [, block] = new RegExp(`\`${RegExp.escape(file)}\`.*?\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(chapter) ?? [];
  assert.ok(block, `docs/reacting.md shows no ${file}`);
  return filledIn(block);
}

/** The commands of the chapter, verbatim; the pattern is a file, as there. */
function commandsOf(text: string): string[][] {
  const pattern = join(aws.folder, 'pattern.json');
  writeFileSync(pattern, shown('json', 'pattern.json'));
  const [, block = ''] = /```\n(aws events put-rule.*?)```/s.exec(text) ?? [];
  const commands = filledIn(block).replaceAll('\\\n', ' ').trim().split('\n');
  assert.equal(commands.length, 3);
  return commands.map((command) => command.replace('pattern.json', pattern).split(/\s+/).slice(1));
}

function filledIn(text: string): string {
  return text
    .replaceAll('BUCKET', outputs.HistoryBucket ?? '')
    .replaceAll('REGION', REGION)
    .replaceAll('ACCOUNT', ACCOUNT);
}

/** docs/moving-a-history.md, step by step: from one account's own history to that of a hub beside it, and from another account. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3History } from '../../lambda/aws/s3-history.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import { copyHistory } from '../../local/copy/copy-history.ts';
import { s3Archive } from '../../local/verify/s3-archive.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { createS3Store } from '../support/s3-store.ts';
import { page, ScriptedSource } from '../support/scripted-source.ts';
import type { Account } from './local-aws/account.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const ROOT = join(import.meta.dirname, '../..');
/** From the clock, so that both exporters have the same scheduled times. */
const EXPORTS = [{ name: 'all', schedule: 'cron(* * * * ? *)' }];
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const PAST = [`${daysAgo(9)}T06:00:00Z`, `${daysAgo(9)}T07:00:00Z`, `${daysAgo(3)}T23:00:00Z`];
/** Few days, since Trino lists each of them. */
const HISTORY_START = daysAgo(10);
const HUB_BUCKET = 'fleet-history';
const OTHER = '222222222222';
const HUB = { account: ACCOUNT, region: REGION, bucketName: HUB_BUCKET };
const OLD_CONFIG = { exports: EXPORTS, historyStart: HISTORY_START };
const HUB_CONFIG = {
  exports: EXPORTS,
  historyStart: HISTORY_START,
  databaseName: 'fleet_jobs',
  history: HUB,
  targets: [{ account: ACCOUNT, regions: [REGION] }],
};

let aws: LocalAws;
let account: Account;
let oldBucket: string;
let oldConfig: string;
let old: StoredHistory;
let hub: StoredHistory;

before(async () => {
  aws = await startLocalAws();
  account = aws.account();
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await createFleet(account, { thingGroup: 'fleet', inProgress: 40, canceled: 3 });
  const outputs = account.deploy(OLD_CONFIG).IotJobsExporter ?? {};
  oldBucket = outputs.HistoryBucket ?? '';
  old = storedHistory(account, oldBucket);
  oldConfig = join(aws.folder, 'old.config.json');
  writeFileSync(oldConfig, JSON.stringify(OLD_CONFIG));
  for (const scheduledTime of PAST) invoke(outputs.ExportFunction ?? '', { export: 'all', scheduledTime });
});
after(() => aws?.stop());

test('the hub is deployed beside the old stack, with a database of its own, and both take snapshots', async () => {
  account.deploy(HUB_CONFIG);
  hub = storedHistory(account, HUB_BUCKET);
  const common = await eventually('snapshot of the same scheduled time in both', async () => {
    const [ofOld, ofHub] = [await idsOf(old), await idsOf(hub)];
    const found = ofHub.filter((id) => ofOld.includes(id));
    return found.length >= 2 ? found : undefined;
  });
  assert.ok(common.length >= 2);
});

test('a dry run says what would be copied and writes nothing', async () => {
  const past = async () => (await hub.keys()).filter((key) => PAST.some((time) => key.includes(idOf(time))));
  const { status, stdout, stderr } = copy('--dry-run');
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /would be copied to s3:\/\/fleet-history/);
  assert.deepEqual(await past(), []);
});

test('the copy brings every snapshot of the old bucket, and what the hub has of its own stays', async () => {
  const ofHub = await recordsById(hub);
  const { status, stdout, stderr } = copy();
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /kept as in s3:\/\/fleet-history/);
  const [before, now] = [await recordsById(old), await recordsById(hub)];
  for (const [id, record] of ofHub) assert.deepEqual(now.get(id), record);
  for (const id of PAST.map(idOf)) assert.deepEqual(now.get(id), before.get(id));
  const named = stdout.match(/^snapshots\/.*(?=\n {2}\d+ jobs there)/gm) ?? [];
  assert.ok(named.length >= 2, stdout);
});

test('npm run verify finds that all is well in the hub', () => {
  const { status, stdout, stderr } = run('local/verify.ts', `s3://${HUB_BUCKET}`);
  assert.equal(status, 0, stdout + stderr);
});

test('a query of either database has every row of every snapshot once', async () => {
  const ofOld = await countsIn('iot_jobs');
  const ofHub = await countsIn('fleet_jobs');
  for (const id of PAST.map(idOf)) assert.deepEqual(ofHub.get(id), ofOld.get(id));
  for (const counts of [...ofOld.values(), ...ofHub.values()]) assert.deepEqual(counts, [1, 43, 43, 43]);
});

test('the old stack goes, its bucket stays, and a last copy brings what came since', async () => {
  account.cdk('destroy', 'IotJobsExporter', '--force', '-c', `config=${oldConfig}`);
  const before = await recordsById(hub);
  const { status, stdout, stderr } = copy();
  assert.equal(status, 0, stdout + stderr);
  const now = await idsOf(hub);
  for (const id of await idsOf(old)) assert.ok(now.includes(id), id);
  const after = await recordsById(hub);
  for (const [id, record] of before) assert.deepEqual(after.get(id), record);
  assert.match(copy().stdout, /^Nothing to copy; /m);
});

test('the database takes the old name, and analysts see the whole history there', async () => {
  const before = await countsIn('fleet_jobs');
  const { databaseName: _, ...renamed } = HUB_CONFIG;
  account.deploy(renamed);
  const now = await countsIn('iot_jobs');
  for (const [id, counts] of before) assert.deepEqual(now.get(id), counts);
  for (const counts of now.values()) assert.deepEqual(counts, [1, 43, 43, 43]);
  const { rows } = await aws.sql('SELECT count(*) FROM iot_jobs.latest_jobs');
  assert.deepEqual(rows, [[43]]);
  await assert.rejects(aws.sql('SELECT count(*) FROM fleet_jobs.snapshots'), /fleet_jobs/);
});

test('a role of another account that has the permissions of the chapter, and no others, copies into the hub', async () => {
  const other = aws.account(OTHER, REGION);
  const targets = [...HUB_CONFIG.targets, { account: OTHER, regions: [REGION] }];
  const file = join(aws.folder, 'two.config.json');
  writeFileSync(file, JSON.stringify({ ...OLD_CONFIG, history: HUB, targets }));
  account.cdk('deploy', 'IotJobsHistory', '--require-approval', 'never', '-c', `config=${file}`);
  const bucket = 'old-history-of-another-account';
  other.aws('s3api', 'create-bucket', '--bucket', bucket);
  const admin = { ...other.client, forcePathStyle: true };
  for (const time of PAST) await takeInto(bucket, admin, Date.parse(time));

  const client = { ...admin, credentials: roleOf(other, permissionsOfTheChapter(bucket)) };
  const target = {
    archive: s3Archive({ bucket: HUB_BUCKET, prefix: '', client }),
    store: createS3Store({ bucket: HUB_BUCKET, client }),
  };
  const from = s3Archive({ bucket, prefix: '', client });
  const outcomes = async () =>
    (await Array.fromAsync(copyHistory(from, target, { interrupt: new AbortController().signal }))).map(
      ({ outcome }) => outcome,
    );
  assert.deepEqual(await outcomes(), ['copied', 'copied', 'copied']);
  assert.deepEqual(await outcomes(), ['same', 'same', 'same']);
  const { rows } = await aws.sql(`SELECT count(*) FROM iot_jobs.complete_jobs WHERE account_id = '${OTHER}'`);
  assert.deepEqual(rows, [[6]]);
});

/** By snapshot: its records, the jobs that they say, its rows, and its jobs. */
async function countsIn(database: string): Promise<Map<string, number[]>> {
  const { rows } = await aws.sql(
    `SELECT s.snapshot_id, s.records, s.job_count, j.row_count, j.jobs
       FROM (SELECT snapshot_id, count(*) AS records, max(job_count) AS job_count
               FROM ${database}.snapshots GROUP BY snapshot_id) AS s
       JOIN (SELECT snapshot_id, count(*) AS row_count, count(DISTINCT job_id) AS jobs
               FROM ${database}.jobs GROUP BY snapshot_id) AS j ON j.snapshot_id = s.snapshot_id`,
  );
  return new Map(rows.map(([id, ...counts]) => [String(id), counts.map(Number)]));
}

const idOf = (time: string) => `${time.replaceAll(/[-:]/g, '')}-all`;
const idsOf = async (history: StoredHistory) => [...(await recordsById(history)).keys()];
async function recordsById(history: StoredHistory) {
  return new Map((await history.records('export_name=all/')).map((record) => [record.snapshot_id, record]));
}

function copy(...options: string[]) {
  return run('local/copy.ts', `s3://${oldBucket}`, `s3://${HUB_BUCKET}`, ...options);
}

function run(command: string, ...parameters: string[]) {
  return spawnSync(process.execPath, [command, ...parameters], { cwd: ROOT, env: account.env, encoding: 'utf8' });
}

function invoke(name: string, event: object): void {
  const answer = join(aws.folder, 'answer.json');
  account.aws('lambda', 'invoke', '--function-name', name, '--payload', JSON.stringify(event), answer);
  assert.equal(JSON.parse(readFileSync(answer, 'utf8')).outcome, 'written');
}

async function takeInto(bucket: string, client: S3ClientConfig, scheduledAt: number): Promise<void> {
  const where = { accountId: OTHER, region: REGION, exportName: 'all', scheduledAt };
  const source = new ScriptedSource(({ status }) =>
    page(status === 'IN_PROGRESS' ? ['a', `of-${scheduledAt}`] : [], undefined, status),
  );
  const request = { ...where, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
  const ports = { clock: new FakeClock(scheduledAt), source, ...createS3History(new S3Bucket({ bucket, client })) };
  await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
}

/** The policy that the chapter shows, of these buckets. */
function permissionsOfTheChapter(bucket: string): object {
  const chapter = readFileSync(join(ROOT, 'docs/moving-a-history.md'), 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(chapter) ?? [];
  return JSON.parse(shown.replaceAll('OLD-BUCKET', bucket).replaceAll('HUB-BUCKET', HUB_BUCKET));
}

function roleOf(owner: Account, policy: object) {
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${owner.id}:root` }, Action: 'sts:AssumeRole' };
  const trusted = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  owner.aws('iam', 'create-role', '--role-name', 'copier', '--assume-role-policy-document', trusted);
  const document = ['--policy-name', 'copy', '--policy-document', JSON.stringify(policy)];
  owner.aws('iam', 'put-role-policy', '--role-name', 'copier', ...document);
  const role = `arn:aws:iam::${owner.id}:role/copier`;
  const { Credentials: found } = owner.aws('sts', 'assume-role', '--role-arn', role, '--role-session-name', 'copy');
  return {
    accessKeyId: found.AccessKeyId,
    secretAccessKey: found.SecretAccessKey,
    sessionToken: found.SessionToken,
  };
}

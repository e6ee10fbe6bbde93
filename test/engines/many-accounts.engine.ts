/** Many accounts and Regions into one history: deployed by trust, written by each account below its own prefix alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Account, Answer } from './local-aws/account.ts';
import { eventually } from './local-aws/eventually.ts';
import { createFleet } from './local-aws/fleet.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { type OnCall, subscribeQueue } from './local-aws/on-call.ts';
import { type StoredHistory, storedHistory } from './local-aws/stored.ts';

const PLACES = [
  { account: '222222222222', region: 'us-east-1', jobs: 3 },
  { account: '222222222222', region: 'eu-west-1', jobs: 5 },
  { account: '333333333333', region: 'eu-west-1', jobs: 7 },
];
const BUCKET = 'fleet-history';
const HUB = { account: ACCOUNT, region: REGION, bucketName: BUCKET };
const CONFIG = {
  exports: [
    { name: 'all', schedule: 'rate(1 minute)' },
    { name: 'long', schedule: 'cron(0 0 1 1 ? *)', maxRunMinutes: 60 },
    { name: 'described', schedule: 'cron(0 0 1 1 ? *)', details: true },
  ],
  history: HUB,
  targets: [
    { account: '222222222222', regions: ['us-east-1', 'eu-west-1'] },
    { account: '333333333333', regions: ['eu-west-1'] },
  ],
  // The local AWS brings no message into another account.
  alarmTopicArn: 'arn:aws:sns:{region}:{account}:on-call',
};

let aws: LocalAws;
let hub: Account;
let history: StoredHistory;
let outputs: Record<string, Record<string, string>>;
/** Subscribed queues by topic. */
const onCall = new Map<string, OnCall>();

before(async () => {
  aws = await startLocalAws();
  hub = aws.account();
  hub.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  const trust = [
    '--trust',
    ACCOUNT,
    '--cloudformation-execution-policies',
    'arn:aws:iam::aws:policy/AdministratorAccess',
  ];
  for (const { account, region, jobs } of PLACES) {
    const place = aws.account(account, region);
    place.cdk('bootstrap', `aws://${account}/${region}`, ...trust);
    await createFleet(place, { thingGroup: 'fleet', inProgress: jobs, canceled: 0 });
    const { TopicArn: topic } = place.aws('sns', 'create-topic', '--name', 'on-call');
    onCall.set(topic, subscribeQueue(place, topic));
  }
  outputs = hub.deploy(CONFIG);
  history = storedHistory(hub, BUCKET);
});
after(() => aws?.stop());

test('each account and Region has its snapshots below its own prefix, whole', async () => {
  for (const { account, region, jobs } of PLACES) {
    const [record] = await eventually(`snapshot of ${account} in ${region}`, async () => {
      const records = await history.records(`account_id=${account}/region=${region}/`);
      return records.length > 0 ? records : undefined;
    });
    assert.equal(record?.job_count, jobs);
  }
});

test('the alarms of each account and Region notify the topic there, and no other topic', () => {
  for (const { account, region } of PLACES) {
    const place = aws.account(account, region);
    const { MetricAlarms: alarms } = place.aws('cloudwatch', 'describe-alarms') as { MetricAlarms: DescribedAlarm[] };
    const topics = alarms.flatMap(({ AlarmActions: actions }) => actions);
    const own = `arn:aws:sns:${region}:${account}:on-call`;
    assert.deepEqual([...new Set(topics)], [own]);
    const alarm = alarms.find((one) => one.AlarmActions.length > 0 && one.StateValue !== 'ALARM');
    assert.ok(alarm);
    const section = /#(?<name>[a-z-]+)$/.exec(alarm.AlarmDescription)?.groups?.name ?? '';
    const messageCounts = () => [...onCall].map(([of, one]) => [of, one.messagesOf(section).length] as const);
    const before = messageCounts();
    const state = ['--state-value', 'ALARM', '--state-reason', 'A test'];
    place.aws('cloudwatch', 'set-alarm-state', '--alarm-name', alarm.AlarmName, ...state);
    assert.deepEqual(
      messageCounts(),
      before.map(([of, count]) => [of, of === own ? count + 1 : count]),
    );
  }
});

test('a query of the hub sees them all, and mixes none', async () => {
  const { rows } = await aws.sql(
    'SELECT account_id, region, count(*) FROM latest_jobs GROUP BY account_id, region ORDER BY account_id, region',
  );
  const expected = PLACES.map(({ account, region, jobs }) => [account, region, jobs]);
  assert.deepEqual(rows, expected.sort());
});

test('a role that its own account lets do anything to S3 writes new objects below its own prefix, and nothing else', async () => {
  const s3 = writerWith('222222222222', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const own = 'jobs/account_id=222222222222/region=us-east-1/export_name=all/dt=2026-01-01/x.ndjson.gz';
  const put = (Key: string, isNew = true) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x', ...(isNew && { IfNoneMatch: '*' }) }));
  await put(own);
  await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: own }));
  await assert.rejects(put(own), { name: 'PreconditionFailed' });
  await assert.rejects(put(own, false), { name: 'AccessDenied' }, 'an overwrite');
  await assert.rejects(put(own.replace('x.ndjson', 'y.ndjson'), false), { name: 'AccessDenied' }, 'a put without it');
  await assert.rejects(put(own.replaceAll('222222222222', '333333333333')), { name: 'AccessDenied' }, 'of another');
  await assert.rejects(put(`jobs/x/${own.slice('jobs/'.length)}`), { name: 'AccessDenied' }, 'below a folder');
  await assert.rejects(put('results/x'), { name: 'AccessDenied' }, 'beside the history');
  await assert.rejects(s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: own })), { name: 'AccessDenied' });
  const others = (await history.keys('snapshots/account_id=333333333333'))[0];
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: others })), { name: 'AccessDenied' });
  s3.destroy();
});

test('the same role puts new objects in parts, too, and overwrites none with them', async () => {
  const s3 = writerWith('222222222222', { Effect: 'Allow', Action: 's3:*', Resource: '*' }, 'uploader');
  const key = (account: string, name: string) =>
    `jobs/account_id=${account}/region=us-east-1/export_name=all/dt=2026-01-01/${name}.ndjson.gz`;
  const upload = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
    const of = { Bucket: BUCKET, Key, UploadId };
    const { ETag } = await s3.send(new UploadPartCommand({ ...of, PartNumber: 51, Body: 'x' }));
    return { ...of, MultipartUpload: { Parts: [{ PartNumber: 51, ETag }] } };
  };
  const complete = (of: Awaited<ReturnType<typeof upload>>, isNew = true) =>
    s3.send(new CompleteMultipartUploadCommand({ ...of, ...(isNew && { IfNoneMatch: '*' }) }));
  const own = key('222222222222', 'parts');
  await assert.rejects(complete(await upload(own), false), { name: 'AccessDenied' }, 'an object without the condition');
  await complete(await upload(own));
  const again = await upload(own);
  await assert.rejects(complete(again), { name: 'PreconditionFailed' });
  await s3.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: own, UploadId: again.UploadId }));
  await assert.rejects(upload(key('333333333333', 'parts')), { name: 'AccessDenied' }, 'of another');
  s3.destroy();
});

test('the same role lists what is below its own prefix, and no key of another account', async () => {
  const s3 = writerWith('222222222222', { Effect: 'Allow', Action: 's3:*', Resource: '*' }, 'reader');
  const list = (Prefix?: string) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
  const { Contents = [] } = await list('snapshots/account_id=222222222222/');
  assert.notEqual(Contents.length, 0);
  for (const prefix of [undefined, '', 'snapshots/', 'snapshots/account_id=', 'snapshots/account_id=333333333333/']) {
    await assert.rejects(list(prefix), { name: 'AccessDenied' }, `a listing of ${prefix}`);
  }
  s3.destroy();
});

test('an account that is no target may not write', async () => {
  const s3 = writerWith('444444444444', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const Key = 'jobs/account_id=444444444444/region=us-east-1/export_name=all/dt=2026-01-01/x.ndjson.gz';
  const put = new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x', IfNoneMatch: '*' });
  await assert.rejects(s3.send(put), { name: 'AccessDenied' });
  s3.destroy();
});

for (const { what, prefix, event, refused } of [
  {
    what: 'changes',
    prefix: 'changes',
    event: { export: 'all', scheduledTime: '2026-01-01T00:00:00Z' },
    refused: /s3:ListBucket on fleet-history\/changes\/.*deploy the history first/,
  },
  {
    what: 'runs that outlast an invocation',
    prefix: 'work',
    event: { export: 'long', scheduledTime: '2026-01-01T01:00:00Z', maxRunMinutes: 60 },
    refused: /s3:PutObject on fleet-history\/work\/.*deploy the history first/,
  },
  {
    what: 'details',
    prefix: 'details',
    event: {
      export: 'described',
      scheduledTime: '2026-01-01T02:00:00Z',
      details: { statuses: ['IN_PROGRESS'], maxJobs: 10 },
    },
    refused: /s3:ListBucket on fleet-history\/details\/.*deploy the history first: .* lets exporters write .*details/,
  },
]) {
  test(`an exporter that is newer than the hub, which knows no ${what}, fails before it lists, and says to deploy the history first`, async () => {
    const where = ['--bucket', BUCKET];
    const { Policy: policy } = hub.aws('s3api', 'get-bucket-policy', ...where);
    const older = JSON.stringify(without(prefix, JSON.parse(policy)));
    assert.doesNotMatch(older, new RegExp(`[/"]${prefix}/`));
    hub.aws('s3api', 'put-bucket-policy', ...where, '--policy', older);
    try {
      assert.match(invoke(event).errorMessage, refused);
      const time = event.scheduledTime.replaceAll(/[-:]/g, '');
      assert.deepEqual(
        (await history.keys()).filter((key) => key.includes(time)),
        [],
      );
    } finally {
      hub.aws('s3api', 'put-bucket-policy', ...where, '--policy', policy);
    }
    assert.equal(invoke(event).outcome, 'written');
  });
}

test('a key that is given up is kept, and writers and analysts may still decrypt with it', async () => {
  hub.deploy({ ...CONFIG, history: { ...HUB, customerKey: true } });
  const named = ['--stack-name', 'IotJobsHistory'];
  const { StackResources: resources } = hub.aws('cloudformation', 'describe-stack-resources', ...named);
  const made = resources.find(({ ResourceType: type }: { ResourceType: string }) => type === 'AWS::KMS::Key');
  const keyOf = (id: string) => hub.aws('kms', 'describe-key', '--key-id', id).KeyMetadata;
  const { Arn: key } = keyOf(made.PhysicalResourceId);
  await newSnapshots();

  // The local AWS does not change the encryption of a bucket that exists: what is seen here is the key and the policies.
  hub.deploy({ ...CONFIG, retiredKeys: [key] });
  assert.equal(keyOf(key).KeyState, 'Enabled');
  const writer = aws.account('222222222222', 'eu-west-1');
  for (const [account, type] of [
    [writer, 'Role'],
    [hub, 'LocalManagedPolicy'],
  ] as const) {
    const details = account.aws('iam', 'get-account-authorization-details', '--filter', type);
    assert.match(JSON.stringify(details), new RegExp(`kms:Decrypt.*${key}`), `${type} of ${account.id}`);
  }
  await newSnapshots();
});

test('a key that another one took the place of decrypts what it encrypted, and encrypts no more', async () => {
  const newKey = () => hub.aws('kms', 'create-key').KeyMetadata.Arn;
  const [first, second] = [newKey(), newKey()];
  hub.deploy({ ...CONFIG, history: { ...HUB, customerKey: first } });
  hub.deploy({ ...CONFIG, history: { ...HUB, customerKey: second }, retiredKeys: [first] });
  const throughS3 = {
    StringEquals: {
      'kms:ViaService': `s3.${REGION}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${BUCKET}`,
    },
  };
  const keysIn = (account: Account, type: 'Role' | 'LocalManagedPolicy') =>
    statementsIn(account.aws('iam', 'get-account-authorization-details', '--filter', type))
      .filter(({ Action: actions }) => [actions].flat().some((action) => action.startsWith('kms:')))
      .map(({ Sid: sid, Action: actions, Resource: resources, Condition: conditions }) => ({
        ...{ sid, actions: [actions].flat().sort(), resources: [resources].flat().sort(), conditions },
      }));
  const ofWriter = keysIn(aws.account('222222222222', 'eu-west-1'), 'Role');
  const isOf = (key: string) => ofWriter.filter(({ resources }) => resources.includes(key));
  // The account has an exporter in each of two Regions.
  const use = { sid: 'UseKeyOfHistory', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [second] };
  assert.deepEqual(isOf(second), Array(2).fill({ ...use, conditions: throughS3 }));
  const decrypt = { sid: 'DecryptWithRetiredKeys', actions: ['kms:Decrypt'], resources: [first] };
  assert.deepEqual(isOf(first), Array(2).fill({ ...decrypt, conditions: throughS3 }));
  // A managed policy may come with its versions of before.
  const ofAnalysts = keysIn(hub, 'LocalManagedPolicy').filter(({ resources }) => resources.includes(second));
  const read = { sid: 'DecryptHistory', actions: ['kms:Decrypt'], resources: [second, first].sort() };
  assert.deepEqual(ofAnalysts, [{ ...read, conditions: throughS3 }]);
  await newSnapshots();
});

test('a target that is taken away leaves its history, in sight of queries', async () => {
  const before = await history.keys('snapshots/');
  const file = join(aws.folder, 'exporter.config.json');
  hub.cdk('destroy', 'IotJobsExporter-333333333333-eu-west-1', '--force', '-c', `config=${file}`);
  const retired = { account: '333333333333', regions: ['eu-west-1'] };
  hub.deploy({ ...CONFIG, history: { ...HUB, retiredTargets: [retired] }, targets: CONFIG.targets.slice(0, 1) });
  const after = await history.keys('snapshots/');
  assert.deepEqual(
    before.filter((key) => !after.includes(key)),
    [],
  );
  const { rows } = await aws.sql("SELECT count(*) > 0 FROM snapshots WHERE account_id = '333333333333'");
  assert.deepEqual(rows, [[true]]);
});

test('cdk destroy of the hub leaves the data', async () => {
  const before = await history.keys('snapshots/');
  const file = join(aws.folder, 'exporter.config.json');
  hub.cdk('destroy', '--all', '--force', '-c', `config=${file}`);
  const after = await history.keys('snapshots/');
  assert.deepEqual(
    before.filter((key) => !after.includes(key)),
    [],
  );
});

interface DescribedAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly string[];
  readonly StateValue: string;
}

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

/** The statements with an id of all policies in an answer of IAM, which gives documents as objects or as their text. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value === 'string' && value.startsWith('{')) return statementsIn(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return [];
  return 'Sid' in value ? [value as Statement] : Object.values(value).flatMap(statementsIn);
}

/** The policy of a hub of a version that did not know a prefix. */
function without(prefix: string, policy: unknown): unknown {
  const form = new RegExp(`(^|/)${prefix}/`);
  const isBelow = (value: unknown) => typeof value === 'string' && form.test(value);
  return JSON.parse(
    JSON.stringify(policy, (_, value) => (Array.isArray(value) ? value.filter((one) => !isBelow(one)) : value)),
  );
}

/** Invokes the exporter of the first target. */
function invoke(event: object): Answer {
  const file = join(aws.folder, 'answer.json');
  const name = outputs['IotJobsExporter-222222222222-us-east-1']?.ExportFunction ?? '';
  const writer = aws.account('222222222222', 'us-east-1');
  writer.aws('lambda', 'invoke', '--function-name', name, '--payload', JSON.stringify(event), file);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Waits until each place has a snapshot that was not there. */
async function newSnapshots(): Promise<void> {
  const counts = () =>
    Promise.all(
      PLACES.map(async ({ account, region }) => {
        return (await history.keys(`snapshots/account_id=${account}/region=${region}/`)).length;
      }),
    );
  const before = await counts();
  await eventually('new snapshot of each place', async () => {
    const now = await counts();
    return now.every((count, index) => count > (before[index] ?? 0)) ? true : undefined;
  });
}

/** A client in the role of an account that has a policy. */
function writerWith(accountId: string, statement: object, roleName = 'writer'): S3Client {
  const account = aws.account(accountId, REGION);
  const document = (statements: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statements] });
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' };
  account.aws('iam', 'create-role', '--role-name', roleName, '--assume-role-policy-document', document(trust));
  const policy = ['--policy-name', 'all', '--policy-document', document(statement)];
  account.aws('iam', 'put-role-policy', '--role-name', roleName, ...policy);
  const role = `arn:aws:iam::${accountId}:role/${roleName}`;
  const { Credentials: found } = account.aws('sts', 'assume-role', '--role-arn', role, '--role-session-name', 'test');
  return new S3Client({
    ...account.client,
    forcePathStyle: true,
    credentials: {
      accessKeyId: found.AccessKeyId,
      secretAccessKey: found.SecretAccessKey,
      sessionToken: found.SessionToken,
    },
  });
}

import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { checkConfig, type ExporterConfig, type Hub } from '../../lib/config/index.ts';
import { MAX_ACCOUNTS_WITHOUT_ORGANIZATION } from '../../lib/config/targets.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { mistakesOf } from './mistakes-of.ts';
import { allowedStatements, DEFAULT_CONFIG, dummyCode, newApp, newStack, propertiesOf } from './synth.ts';
import { hubOf, hubStackOf, resolved } from './synth-hub.ts';

const HUB = { account: '111111111111', region: 'us-east-1' };
const ORGANIZATION = 'o-a1b2c3d4e5';
const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(200_000_000_000 + index));

function configOf(
  count: number,
  hub: Partial<Hub> = {},
  regions = ['us-east-1'],
  more: Partial<ExporterConfig> = {},
): ExporterConfig {
  const targets = accounts(count).map((account) => ({ account, regions }));
  return { ...DEFAULT_CONFIG, history: { ...HUB, ...hub }, targets, ...more };
}

/** The templates of a configuration's stacks, by the stacks' names. */
function templatesOf(config: ExporterConfig): Record<string, Template> {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  const stacks = app.node.children.filter((child) => child instanceof Stack);
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, Template.fromStack(stack)]));
}

const bucketPolicy = (template: Template) =>
  JSON.stringify(
    propertiesOf<{ PolicyDocument: object }>(template, 'AWS::S3::BucketPolicy').map((made) => made.PolicyDocument),
  );

test('without targets there is the one stack', () => {
  expect(Object.keys(templatesOf(DEFAULT_CONFIG))).toEqual(['IotJobsExporter']);
});

test('with targets there is a history in the hub and an exporter for each account and Region', () => {
  const stacks = templatesOf(configOf(2, {}, ['us-east-1', 'eu-west-1']));
  expect(Object.keys(stacks)).toEqual([
    'IotJobsHistory',
    'IotJobsExporter-200000000000-us-east-1',
    'IotJobsExporter-200000000000-eu-west-1',
    'IotJobsExporter-200000000001-us-east-1',
    'IotJobsExporter-200000000001-eu-west-1',
  ]);
  stacks.IotJobsHistory?.resourceCountIs('AWS::Scheduler::Schedule', 1);
  for (const [name, template] of Object.entries(stacks).slice(1)) {
    template.resourceCountIs('AWS::S3::Bucket', 0);
    template.resourceCountIs('AWS::Glue::Table', 0);
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
    const [account, region] = [name.split('-')[1], name.split('-').slice(2).join('-')];
    expect(JSON.stringify(allowedStatements(template))).toContain(`jobs/account_id=${account}/region=${region}/*`);
  }
});

test('what monitoring costs is said once for all targets and the hub', () => {
  const app = newApp();
  placeStacks(app, checkConfig(configOf(2, {}, ['us-east-1', 'eu-west-1'])), {
    code: dummyCode,
    healthCode: dummyCode,
  });
  const lines = app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:info'));
  expect(lines.map(({ data }) => data)).toEqual([
    expect.stringMatching(
      /^62 custom metrics, 51 alarms and 9 composite alarms cost about \$28\.20 a month .*; each of the 4 dashboards costs \$3 more after its account's first three/,
    ),
  ]);
});

test('an exporter writes to the bucket of the hub, and of no other account, in its Region', () => {
  const target = templatesOf(configOf(1, {}, ['eu-west-1']))['IotJobsExporter-200000000000-eu-west-1'] as Template;
  const bucket = 'iot-jobs-history-111111111111-us-east-1';
  target.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { HISTORY_BUCKET: bucket, HISTORY_REGION: 'us-east-1' } },
  });
  const statements = allowedStatements(target).filter(({ Action }) => JSON.stringify(Action).includes('s3:'));
  expect(statements).toHaveLength(2);
  for (const { Condition, Resource } of statements) {
    expect(Condition).toMatchObject({ StringEquals: { 'aws:ResourceAccount': HUB.account } });
    expect(JSON.stringify(Resource)).toContain(`s3:::${bucket}`);
  }
});

test('each account may list its own prefixes alone: a listing without a prefix would show the keys of all', () => {
  type Statement = { Action: unknown; Condition: Record<string, Record<string, unknown>> };
  const policies = propertiesOf<{ PolicyDocument: { Statement: Statement[] } }>(
    hubOf(configOf(1, { organizationId: ORGANIZATION })),
    'AWS::S3::BucketPolicy',
  );
  const listing = policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => Action === 's3:ListBucket');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  const own = 'account_id=${aws:PrincipalAccount}/*';
  expect(listing.map(({ Condition }) => Condition)).toEqual([
    {
      StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
      StringLike: {
        's3:prefix': ['jobs', 'changes', 'details', 'snapshots', 'intents', 'work'].map((prefix) => `${prefix}/${own}`),
      },
    },
  ]);
});

test('each account may write below its own prefix alone, and none may delete', () => {
  const policy = hubOf(configOf(2));
  policy.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'EachAccountItsOwn',
          Effect: 'Allow',
          Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
          Condition: Match.absent(),
          Resource: ['changes', 'details', 'intents', 'jobs', 'snapshots', 'work'].map((prefix) => ({
            'Fn::Join': ['', [Match.anyValue(), `/${prefix}/account_id=\${aws:PrincipalAccount}/*`]],
          })),
        }),
      ]),
    },
  });
  expect(bucketPolicy(policy)).not.toContain('s3:Delete');
});

test('of an organization the policy is the same for any number of accounts', () => {
  const organizationId = ORGANIZATION;
  const one = bucketPolicy(hubOf(configOf(1, { organizationId })));
  expect(one).toContain(`"aws:PrincipalOrgID":"${organizationId}"`);
  expect(bucketPolicy(hubOf(configOf(20, { organizationId })))).toBe(one);
});

test('without an organization the policies of as many accounts as are taken have room: 20 kB, and 32 kB of the key', () => {
  // Source: Amazon S3 User Guide, "Bucket policies for Amazon S3"; AWS KMS Developer Guide, "Quotas", Key policy document size.
  const most = hubOf(
    configOf(MAX_ACCOUNTS_WITHOUT_ORGANIZATION, { customerKey: true, region: 'us-gov-west-1' }, ['us-gov-west-1'], {
      objectLock: { mode: 'COMPLIANCE', days: 365 },
    }),
  );
  const [policy] = propertiesOf<{ PolicyDocument: object }>(most, 'AWS::S3::BucketPolicy').filter((made) =>
    JSON.stringify(made).includes('EachAccountItsOwn'),
  );
  expect(resolved(policy?.PolicyDocument)).toContain('arn:aws-us-gov:iam::200000000199:root');
  expect(resolved(policy?.PolicyDocument).length).toBeLessThan(20 * 1024);
  const [key] = propertiesOf<{ KeyPolicy: object }>(most, 'AWS::KMS::Key');
  expect(resolved(key?.KeyPolicy).length).toBeLessThan(32 * 1024);
});

test('without an organization no policy lets in everybody, and each account is named', () => {
  type Statement = { Effect: string; Principal: { AWS: unknown }; Sid?: string; Condition?: object };
  const hub = hubOf(configOf(2, { customerKey: true }));
  const bucket = propertiesOf<{ PolicyDocument: { Statement: Statement[] } }>(hub, 'AWS::S3::BucketPolicy');
  const key = propertiesOf<{ KeyPolicy: { Statement: Statement[] } }>(hub, 'AWS::KMS::Key');
  const allowing = [
    ...bucket.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...key.flatMap(({ KeyPolicy }) => KeyPolicy.Statement),
  ].filter(({ Effect, Sid }) => Effect === 'Allow' && Sid);
  expect(allowing.map(({ Sid }) => Sid).sort()).toEqual([
    'EachAccountItsOwn',
    'EachAccountListsItsOwn',
    'WritersOfTheHistory',
  ]);
  for (const { Principal, Condition } of allowing) {
    expect(JSON.parse(resolved(Principal))).toEqual({
      AWS: accounts(2).map((account) => `arn:aws:iam::${account}:root`),
    });
    expect(JSON.stringify(Condition ?? {})).not.toContain('aws:PrincipalAccount"');
  }
});

test('a writer of the hub may lock rows, changes and records where the hub locks them, and nobody may lock what expires', () => {
  const stacks = templatesOf(configOf(1, {}, ['us-east-1'], { objectLock: { mode: 'GOVERNANCE', days: 365 } }));
  const target = stacks['IotJobsExporter-200000000000-us-east-1'] as Template;
  target.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { OBJECT_LOCK: 'GOVERNANCE 365' } },
  });
  const lock = allowedStatements(target).find(({ Sid }) => Sid === 'LockOwnPartition');
  expect(lock?.Action).toBe('s3:PutObjectRetention');
  expect(JSON.stringify(lock?.Resource).match(/(jobs|changes|snapshots)\/account_id/g)).toHaveLength(3);
  expect(JSON.stringify(lock?.Resource)).not.toContain('intents');
  stacks.IotJobsHistory?.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'NoLockOfIntents',
          Effect: 'Deny',
          Action: 's3:PutObjectRetention',
          Resource: ['/health/*', '/intents/*', '/work/*'].map((path) => ({
            'Fn::Join': ['', [Match.anyValue(), path]],
          })),
        }),
        Match.objectLike({
          Sid: 'EachAccountItsOwn',
          Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject', 's3:PutObjectRetention'],
        }),
      ]),
    },
  });
});

test('writers and analysts may decrypt with keys of before, through S3 and for the bucket alone', () => {
  const retired = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const stacks = templatesOf(configOf(1, {}, ['eu-west-1'], { retiredKeys: [retired] }));
  for (const [name, sid] of [
    ['IotJobsExporter-200000000000-eu-west-1', 'DecryptWithRetiredKeys'],
    ['IotJobsHistory', 'DecryptHistory'],
  ] as const) {
    const statement = allowedStatements(stacks[name] as Template).find(({ Sid }) => Sid === sid);
    expect(statement).toMatchObject({
      Action: 'kms:Decrypt',
      Resource: retired,
      Condition: {
        StringEquals: {
          'kms:ViaService': 's3.us-east-1.amazonaws.com',
          'kms:EncryptionContext:aws:s3:arn': expect.anything(),
        },
      },
    });
  }
});

test('the stacks are protected from deletion where the configuration says so', () => {
  expect(hubStackOf({ ...DEFAULT_CONFIG, terminationProtection: true }).terminationProtection).toBe(true);
  expect(newStack({ ...DEFAULT_CONFIG, terminationProtection: true }).terminationProtection).toBe(true);
  expect(newStack().terminationProtection).toBe(false);
});

test('a target that was taken away keeps its history in sight', () => {
  const hub = hubOf({
    ...configOf(1),
    history: { ...HUB, retiredTargets: [{ account: '999999999999', regions: ['eu-west-1'] }] },
    retiredExports: ['daily'],
  });
  hub.hasResourceProperties('AWS::Glue::Table', {
    TableInput: {
      Name: 'jobs',
      Parameters: {
        'projection.account_id.values': '200000000000,999999999999',
        'projection.region.values': 'us-east-1,eu-west-1',
        'projection.export_name.values': 'all,daily',
      },
    },
  });
  expect(bucketPolicy(hub)).not.toContain('999999999999');
});

test('a target can have exports of its own', () => {
  const own = { name: 'own', schedule: 'rate(5 minutes)' } as const;
  const config = configOf(2);
  const stacks = templatesOf({
    ...config,
    targets: (config.targets ?? []).map((target, index) => (index === 0 ? { ...target, exports: [own] } : target)),
  });
  const schedule = (name: string) =>
    propertiesOf<{ ScheduleExpression: string }>(stacks[name] as Template, 'AWS::Scheduler::Schedule');
  expect(schedule('IotJobsExporter-200000000000-us-east-1')[0]?.ScheduleExpression).toBe('rate(5 minutes)');
  expect(schedule('IotJobsExporter-200000000001-us-east-1')[0]?.ScheduleExpression).toBe('cron(0 * * * ? *)');
  expect(JSON.stringify(stacks.IotJobsHistory)).toContain('"projection.export_name.values":"all,own"');
});

describe('a customer key', () => {
  const stacks = templatesOf(configOf(1, { customerKey: true, organizationId: ORGANIZATION }));
  const target = stacks['IotJobsExporter-200000000000-us-east-1'] as Template;

  test('encrypts the bucket, rotates, and outlives the stack', () => {
    stacks.IotJobsHistory?.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    stacks.IotJobsHistory?.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
    });
  });

  test('can be used by the writers through S3, for the bucket alone', () => {
    stacks.IotJobsHistory?.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'WritersOfTheHistory',
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Condition: {
              StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION, 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
              StringLike: { 'kms:EncryptionContext:aws:s3:arn': Match.anyValue() },
            },
          }),
        ]),
      },
    });
    const use = allowedStatements(target).find(({ Sid }) => Sid === 'UseKeyOfHistory');
    expect([use?.Action].flat().sort()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(JSON.stringify(use?.Condition)).toContain(':s3:::iot-jobs-history-111111111111-us-east-1');
  });

  test('can be used by the analysts to read', () => {
    const statements = allowedStatements(stacks.IotJobsHistory as Template);
    // The other one is the hub's function, which reads and writes.
    const ofKeys = statements.filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
    expect(ofKeys.filter(({ Sid }) => Sid !== 'UseKeyOfHistory')).toEqual([
      expect.objectContaining({
        Sid: 'DecryptHistory',
        Action: 'kms:Decrypt',
        Condition: {
          StringEquals: {
            'kms:ViaService': 's3.us-east-1.amazonaws.com',
            'kms:EncryptionContext:aws:s3:arn': { 'Fn::GetAtt': ['HistoryBucket6364BE20', 'Arn'] },
          },
        },
      }),
    ]);
  });
});

test.each<[string, object, string]>([
  ['targets without a history', { targets: [{ account: '222222222222', regions: ['eu-west-1'] }] }, 'history must be'],
  ['a history without targets', { history: HUB }, 'targets or organization must be there with history'],
  ['an account that is a number', { history: { ...HUB, account: 1 } }, 'history.account must be the 12 digits'],
  [
    'a place said twice',
    {
      history: { ...HUB, retiredTargets: [{ account: '222222222222', regions: ['eu-west-1'] }] },
      targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
    },
    'history.retiredTargets[0] must not repeat targets[0]: remove it from one of the two; got "222222222222 eu-west-1"',
  ],
  ['more accounts than a policy holds', configOf(201), 'history.organizationId must be there with more than 200'],
  [
    'a key of another Region',
    configOf(1, { customerKey: 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab' }),
    'history.customerKey must be a key in us-east-1',
  ],
  [
    'exports of a target that have mistakes',
    {
      history: HUB,
      targets: [
        {
          account: '222222222222',
          regions: ['eu-west-1'],
          exports: [{ name: 'a', schedule: 'rate(1 hour)', timeZone: 'UTC' }],
        },
      ],
    },
    'targets[0].exports[0].timeZone must be left out with a rate',
  ],
])('%s: refused', (_, change, mistake) => {
  expect(mistakesOf({ ...DEFAULT_CONFIG, ...change })).toEqual(
    expect.arrayContaining([expect.stringContaining(mistake)]),
  );
});

import { PhysicalName, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { type IIotJobsHistory, IotJobsHistory, type IotJobsHistoryAttributes } from '../../lib/index.ts';
import { allowedStatements, newApp, propertiesOf } from './synth.ts';

const ENV = { account: '111111111111', region: 'eu-west-1' };
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const RETIRED = 'arn:aws:kms:eu-west-1:111111111111:key/99999999-12ab-34cd-56ef-1234567890ab';
const inUsEast1 = (arn: string) => arn.replace('eu-west-1', 'us-east-1');
const ATTRIBUTES: IotJobsHistoryAttributes = {
  bucketName: 'the-history',
  account: '111111111111',
  region: 'us-east-1',
  encryptionKeyArn: inUsEast1(KEY),
  retiredKeys: [inUsEast1(RETIRED)],
  databaseName: 'fleet_jobs',
  workgroupName: 'fleet_jobs-Hub',
  resultsBucketName: 'the-results',
};

/** The actions that a grant gives a role, each with the statement that allows it. */
function granted(
  grant: (history: IIotJobsHistory, role: iam.Role) => iam.Grant,
  makeHistory: (stack: Stack) => IIotJobsHistory,
) {
  const stack = new Stack(newApp(), 'Test', { env: ENV });
  const history = makeHistory(stack);
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  expect(grant(history, role).success).toBe(true);
  const template = Template.fromStack(stack);
  type Policy = {
    PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown; Condition?: object }[] };
  };
  const statements = propertiesOf<Policy>(template, 'AWS::IAM::Policy').flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  return { template, statements, actions: statements.flatMap(({ Action }) => Action).sort() };
}

const made = (stack: Stack) => {
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY);
  return new IotJobsHistory(stack, 'History', { exportNames: ['all'], encryptionKey, retiredKeys: [RETIRED] });
};
const imported = (stack: Stack) => IotJobsHistory.fromAttributes(stack, 'History', ATTRIBUTES);

describe.each([
  ['of this app', made, 'eu-west-1', [KEY, RETIRED]],
  ['that was imported', imported, 'us-east-1', [inUsEast1(KEY), inUsEast1(RETIRED)]],
])('a history %s', (_, makeHistory, region, ownKeys) => {
  const throughS3 = {
    'kms:ViaService': `s3.${region}.amazonaws.com`,
    'kms:EncryptionContext:aws:s3:arn': expect.anything(),
  };

  test('grants reading of rows, changes and records, and decrypting with the keys of now and before, through S3 alone', () => {
    const { actions, statements } = granted((history, role) => history.grantRead(role), makeHistory);
    expect(actions).toEqual(['kms:Decrypt', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket']);
    const decrypt = statements.find(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypt).toMatchObject({ Resource: ownKeys, Condition: { StringEquals: throughS3 } });
    expect(JSON.stringify(statements)).not.toContain('intents');
  });

  test('grants queries by the very permissions of the policy of the analysts', () => {
    const { actions } = granted((history, role) => history.grantQuery(role), makeHistory);
    const { template } = granted((history, role) => history.grantRead(role), made);
    type Managed = { PolicyDocument: { Statement: { Action: string | string[] }[] } };
    const [policy] = propertiesOf<Managed>(template, 'AWS::IAM::ManagedPolicy');
    const ofAnalysts = policy?.PolicyDocument.Statement.flatMap(({ Action }) => Action) ?? [];
    expect([...new Set(actions)]).toEqual([...new Set(ofAnalysts)].sort());
  });

  test('grants writing below an account and Region alone', () => {
    const writer = { account: '222222222222', region: 'ap-south-1' };
    const { actions, statements } = granted((history, role) => history.grantWrite(role, writer), makeHistory);
    expect(actions).toEqual([
      'kms:Decrypt',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const written = statements.find(({ Action }) => Action.includes('s3:PutObject'));
    const paths = JSON.stringify(written?.Resource).match(/(jobs|changes|details|snapshots|intents)\/[^"]*/g);
    const own = 'account_id=222222222222/region=ap-south-1/*';
    expect(paths?.sort()).toEqual([
      `changes/${own}`,
      `details/${own}`,
      `intents/${own}`,
      `jobs/${own}`,
      `snapshots/${own}`,
    ]);
    expect(written?.Condition).toEqual({
      StringEquals: { 'aws:ResourceAccount': '111111111111' },
    });
    const keys = statements.filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    expect(keys.map(({ Resource }) => Resource)).toEqual(ownKeys);
    for (const { Condition } of keys) expect(Condition).toMatchObject({ StringEquals: throughS3 });
  });

  test('grants writing below the account and Region of the grantee where none are named', () => {
    const { statements } = granted((history, role) => history.grantWrite(role), makeHistory);
    expect(JSON.stringify(statements)).toContain('jobs/account_id=111111111111/region=eu-west-1/*');
  });
});

test('writing is not granted to a role of an account that the bucket lets do nothing', () => {
  const app = newApp();
  const spoke = new Stack(app, 'Spoke', { env: { account: '222222222222', region: 'eu-west-1' } });
  const role = new iam.Role(spoke, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  const historyOf = (id: string, writers = {}) =>
    new IotJobsHistory(new Stack(app, id, { env: ENV }), 'History', {
      exportNames: ['all'],
      bucketName: 'the-history',
      writers,
    });
  expect(() => historyOf('Closed').grantWrite(role)).toThrow(
    'Closed/History must let account 222222222222 write, in which something is granted writing: add it to ' +
      'writers.accountIds, or give writers.organizationId',
  );
  expect(historyOf('Open', { accountIds: ['222222222222'] }).grantWrite(role).success).toBe(true);
});

test.each(['databaseName', 'workgroupName', 'resultsBucketName'] as const)(
  'an import without %s grants no queries, and names it',
  (name) => {
    const stack = new Stack(newApp(), 'Test', { env: ENV });
    const history = IotJobsHistory.fromAttributes(stack, 'History', { ...ATTRIBUTES, [name]: undefined });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    expect(() => history.grantQuery(role)).toThrow(
      `grantQuery of Test/History needs ${name}: give it to IotJobsHistory.fromAttributes; got none`,
    );
    expect(history.grantRead(role).success).toBe(true);
  },
);

test('a grant to a principal without a policy is refused where nothing could be added', () => {
  const stack = new Stack(newApp(), 'Test', { env: ENV });
  const account = new iam.AccountPrincipal('111111111111');
  expect(() => made(stack).grantQuery(account)).toThrow(
    'grantQuery of Test/History must be given a role, a user or a group, whose policy it can add to',
  );
});

test('an account can be granted reading by the policy of the bucket', () => {
  const stack = new Stack(newApp(), 'Test', { env: ENV });
  const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'] });
  history.grantRead(new iam.AccountPrincipal('222222222222'));
  Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Action: 's3:GetObject' })]) },
  });
});

test('an account gets no more of the bucket and of its key than a role does', () => {
  const stack = new Stack(newApp(), 'Test', { env: ENV });
  const encryptionKey = new kms.Key(stack, 'Key');
  const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'], encryptionKey });
  history.grantRead(new iam.AccountPrincipal('222222222222'));
  // Throws where the key and the bucket, which depends on it, name each other.
  const template = Template.fromStack(stack);
  const statementsOf = (type: string, document: string) =>
    propertiesOf<Record<string, { Statement: Statement[] }>>(template, type).flatMap(
      (properties) => properties[document]?.Statement ?? [],
    );
  type Statement = { Action: string; Effect: string; Condition?: object };
  const ofBucket = statementsOf('AWS::S3::BucketPolicy', 'PolicyDocument');
  expect(ofBucket.find(({ Action, Effect }) => Action === 's3:ListBucket' && Effect === 'Allow')?.Condition).toEqual({
    StringLike: { 's3:prefix': ['jobs/*', 'changes/*', 'details/*', 'snapshots/*', 'health/*'] },
  });
  const ofKey = statementsOf('AWS::KMS::Key', 'KeyPolicy');
  expect(ofKey.find(({ Action }) => Action === 'kms:Decrypt')?.Condition).toEqual({
    StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': expect.stringMatching(/:s3:::\*$/) },
  });
});

test('an account cannot be granted reading where the bucket is imported, whose policy is not of the app', () => {
  const history = IotJobsHistory.fromBucketName(new Stack(newApp(), 'Test', { env: ENV }), 'History', 'the-history');
  expect(() => history.grantRead(new iam.AccountPrincipal('222222222222'))).toThrow(
    'grantRead of Test/History must be given a role, a user or a group, whose policy it can add to',
  );
});
test.each([
  ['a role', (stack: Stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/reader')],
  ['all', () => new iam.AccountPrincipal('222222222222')],
])(
  '%s of another account reads by the policy of the key of the history, which does not refer to the bucket',
  (_, of) => {
    const hub = new Stack(newApp(), 'Hub', { env: ENV });
    const encryptionKey = new kms.Key(hub, 'Key');
    const history = new IotJobsHistory(hub, 'History', {
      exportNames: ['all'],
      bucketName: 'the-history',
      encryptionKey,
    });
    history.grantRead(of(hub));
    type Key = { KeyPolicy: { Statement: { Action: string; Resource: string; Condition: object }[] } };
    const [key] = propertiesOf<Key>(Template.fromStack(hub), 'AWS::KMS::Key');
    const decrypt = key?.KeyPolicy.Statement.filter(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypt).toEqual([
      expect.objectContaining({
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
          StringLike: {
            'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::the-history',
          },
        },
      }),
    ]);
  },
);

test('a bucket that CDK names where it is needed is known to its key by a pattern', () => {
  const hub = new Stack(newApp(), 'Hub', { env: ENV });
  const bucketName = PhysicalName.GENERATE_IF_NEEDED;
  const writers = { accountIds: ['222222222222'] };
  new IotJobsHistory(hub, 'History', {
    exportNames: ['a'],
    bucketName,
    writers,
    encryptionKey: new kms.Key(hub, 'Key'),
  });
  expect(JSON.stringify(propertiesOf(Template.fromStack(hub), 'AWS::KMS::Key'))).toContain(':s3:::*');
});

test.each([
  ['of this app', made],
  ['that was imported', imported],
])(
  'queries of a history %s are not granted to a role of another account, which Athena would refuse',
  (_, makeHistory) => {
    const app = newApp();
    const history = makeHistory(new Stack(app, 'Hub', { env: ENV }));
    const other = new Stack(app, 'Other', { env: { account: '222222222222', region: 'eu-west-1' } });
    const role = new iam.Role(other, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => history.grantQuery(role)).toThrow(
      'grantQuery of Hub/History must be given a role, a user or a group of account 111111111111, where the workgroup is; ' +
        'got one of account 222222222222: name that account in analystAccounts',
    );
  },
);

test('a role may get the same grant twice: no statement of it has an id', () => {
  const { template } = granted((history, role) => {
    history.grantQuery(role);
    return history.grantQuery(role);
  }, made);
  type Policy = { PolicyDocument: { Statement: { Sid?: string }[] } };
  const statements = propertiesOf<Policy>(template, 'AWS::IAM::Policy').flatMap(
    (made) => made.PolicyDocument.Statement,
  );
  expect(statements.filter(({ Sid }) => Sid !== undefined)).toEqual([]);
  expect(allowedStatements(template).length).toBeGreaterThan(0);
});

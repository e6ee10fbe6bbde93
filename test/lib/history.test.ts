import { PhysicalName, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IotJobsHistory, type IotJobsHistoryProps } from '../../lib/index.ts';
import { allowedStatements, DEFAULT_CONFIG, historyOf, newApp, propertiesOf, synth } from './synth.ts';

const template = synth();

interface Rule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly ExpirationDate?: string;
  readonly Transitions?: readonly { readonly StorageClass: string }[];
  readonly NoncurrentVersionTransitions?: readonly { readonly StorageClass: string }[];
}

describe('the bucket', () => {
  test('outlives the stack, with its policy', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']) {
      template.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('is private, encrypted, versioned, and has no name of ours', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.absent(),
      AccessControl: Match.absent(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('refuses what does not come over TLS, and a put that could overwrite', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Sid: 'OnlyNewObjects',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:PutObject',
            Resource: ['/changes/*', '/details/*', '/intents/*', '/jobs/*', '/snapshots/*', '/work/*'].map((path) => ({
              'Fn::Join': ['', [Match.anyValue(), path]],
            })),
            Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
          },
        ],
      },
    });
  });

  test('never moves data where Athena does not see it, and expires what runs leave for their retries alone', () => {
    template.hasResourceProperties('AWS::S3::Bucket', { IntelligentTieringConfigurations: Match.absent() });
    type Bucket = { LifecycleConfiguration: { Rules: Rule[] } };
    const rules = propertiesOf<Bucket>(template, 'AWS::S3::Bucket').flatMap(
      (made) => made.LifecycleConfiguration.Rules,
    );
    const moves = rules.flatMap((rule) => [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])]);
    expect(moves.map(({ StorageClass }) => StorageClass)).toEqual(['INTELLIGENT_TIERING']);
    const expiring = rules.filter((rule) => rule.ExpirationInDays || rule.ExpirationDate);
    expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
      ['intents/', 7],
      ['work/', 15],
      // The bucket of query results, which has nothing else.
      [undefined, 30],
    ]);
    expect(rules).toContainEqual(
      expect.objectContaining({
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      }),
    );
  });
});

test('a history can have another database and another removal policy', () => {
  const history = historyOf({ exportNames: ['all'], databaseName: 'jobs_test', removalPolicy: RemovalPolicy.DESTROY });
  history.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'jobs_test' } });
  // Both: that of query results goes with the history's.
  history.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  history.resourceCountIs('AWS::S3::Bucket', 2);
});

test('a history refuses a date that does not exist', () => {
  expect(() => historyOf({ exportNames: ['all'], historyStart: '2026-13-01' })).toThrow(
    'Test/History has a mistake:\n  - historyStart must be a date such as 2026-01-01; got "2026-13-01"',
  );
});

test('the bucket sends events of its objects to EventBridge by its own property, and that of the results does not', () => {
  const notifying = { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } };
  template.resourcePropertiesCountIs('AWS::S3::Bucket', notifying, 1);
  template.hasResource('AWS::S3::Bucket', {
    Properties: { ...notifying, VersioningConfiguration: { Status: 'Enabled' } },
  });
  expect(Object.keys(template.toJSON().Resources).filter((id) => /Notification/.test(id))).toEqual([]);
});

describe('rows that expire', () => {
  const rowsRule = (expireRowsAfterDays: number) => {
    type Bucket = { LifecycleConfiguration: { Rules: (Rule & { Id: string })[] } };
    return propertiesOf<Bucket>(historyOf({ exportNames: ['all'], expireRowsAfterDays }), 'AWS::S3::Bucket')
      .flatMap((made) => made.LifecycleConfiguration.Rules)
      .filter(({ Prefix = '' }) => ['jobs/', 'changes/', 'details/', 'snapshots/'].includes(Prefix));
  };

  test('are rows alone, with the versions that a deletion hides; changes, details and records stay', () => {
    expect(rowsRule(400)).toEqual([
      {
        Id: 'rows-seldom-read',
        Prefix: 'jobs/',
        Status: 'Enabled',
        ExpirationInDays: 400,
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        Transitions: [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 30 }],
      },
    ]);
  });

  test('are not moved to another class shortly before, which S3 refuses or takes money for', () => {
    expect(rowsRule(60)).toEqual([expect.not.objectContaining({ Transitions: expect.anything() })]);
    expect(rowsRule(61)).toEqual([expect.objectContaining({ Transitions: [expect.anything()] })]);
  });
});

describe('Object Lock', () => {
  const objectLock = { mode: 'COMPLIANCE', days: 365 } as const;

  test('is on in the bucket of the history alone, without a default retention, which would lock intents', () => {
    const history = historyOf({ exportNames: ['all'], objectLock });
    history.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: Match.absent(),
      VersioningConfiguration: { Status: 'Enabled' },
    });
    history.resourcePropertiesCountIs('AWS::S3::Bucket', { ObjectLockEnabled: true }, 1);
    template.allResourcesProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: Match.absent(),
      ObjectLockConfiguration: Match.absent(),
    });
  });

  test('says at synthesis to look whether CloudFormation replaces a bucket that is there already', () => {
    const stack = new Stack(newApp(), 'Test');
    new IotJobsHistory(stack, 'History', { exportNames: ['all'], objectLock });
    Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('look at the change set .* must not be replaced'));
  });

  test('is set by the exporter beside the history, which may lock what it puts', () => {
    const locked = synth({ ...DEFAULT_CONFIG, objectLock });
    locked.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { OBJECT_LOCK: 'COMPLIANCE 365' } },
    });
    expect(allowedStatements(locked).find(({ Sid }) => Sid === 'LockOwnPartition')?.Action).toBe(
      's3:PutObjectRetention',
    );
    expect(JSON.stringify(template)).not.toMatch(/OBJECT_LOCK|PutObjectRetention/);
  });

  test('is refused with a bucket that goes with the stack, and with rows that expire before', () => {
    const locked = { exportNames: ['all'], objectLock };
    expect(() => historyOf({ ...locked, removalPolicy: RemovalPolicy.DESTROY })).toThrow(
      'Test/History: objectLock must not go with RemovalPolicy.DESTROY',
    );
    expect(() => historyOf({ ...locked, expireRowsAfterDays: 364 })).toThrow(
      /expireRowsAfterDays must be 365 at least, for objectLock holds rows so many days; got 364/,
    );
    expect(() => historyOf({ ...locked, expireRowsAfterDays: 365 })).not.toThrow();
  });
});

test('a retired key that still encrypts the history is refused', () => {
  const arn = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const stack = new Stack(newApp(), 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', arn);
  const props = { exportNames: ['all'], encryptionKey, retiredKeys: [arn] };
  expect(() => new IotJobsHistory(stack, 'History', props)).toThrow(
    `Test/History: retiredKeys must not name the key that encrypts the history: remove it; got ${arn}`,
  );
});

test('more writers than the policy of a bucket has room for are refused', () => {
  const accountIds = Array.from({ length: 201 }, (_, index) => String(200_000_000_000 + index));
  expect(() => historyOf({ exportNames: ['all'], writers: { accountIds } })).toThrow(
    /writers.accountIds must name 200 accounts at most.*got 201: give writers.organizationId instead/,
  );
});

describe('a customer key', () => {
  const inStack = (keyOf: (stack: Stack) => kms.IKey, props: IotJobsHistoryProps = {}) => {
    const stack = new Stack(newApp(), 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
    new IotJobsHistory(stack, 'History', { exportNames: ['all'], encryptionKey: keyOf(stack), ...props });
    return Template.fromStack(stack);
  };

  test.each<[string, (stack: Stack) => kms.IKey]>([
    ['of the app', (stack) => new kms.Key(stack, 'Key').addAlias('history')],
    ['that is imported', (stack) => kms.Alias.fromAliasName(stack, 'Key', 'alias/history')],
  ])('is refused as an alias %s, by which no policy grants anything', (_, keyOf) => {
    expect(() => inStack(keyOf)).toThrow(
      /^Test\/History: encryptionKey must be the key, not its alias, .*; got Test\/Key/,
    );
  });

  test('of another Region is refused', () => {
    const arn = 'arn:aws:kms:us-east-1:111111111111:key/0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11';
    expect(() => inStack((stack) => kms.Key.fromKeyArn(stack, 'Key', arn))).toThrow(
      `Test/History: encryptionKey must be a key in eu-west-1, the Region of its stack, and is in us-east-1; got "${arn}"`,
    );
  });

  test('goes with a bucket whose name CDK chooses for other environments', () => {
    const made = inStack((stack) => new kms.Key(stack, 'Key'), {
      bucketName: PhysicalName.GENERATE_IF_NEEDED,
      writers: { accountIds: ['222222222222'] },
    });
    expect(JSON.stringify(made.findResources('AWS::KMS::Key'))).toContain(':s3:::*"');
  });
});

test('the name of an export that no exporter can have is refused: no query would find its rows', () => {
  expect(() => historyOf({ exportNames: ['all', 'daily,weekly'] })).toThrow(
    /exportNames\[1\] must be an export name: .*; got "daily,weekly"$/,
  );
});

test.each([
  [RemovalPolicy.RETAIN, 'Retain'],
  [RemovalPolicy.DESTROY, 'Delete'],
])('the policies of both buckets stay or go with them: %s', (removalPolicy, deletion) => {
  const made = historyOf({ exportNames: ['all'], removalPolicy }).findResources('AWS::S3::BucketPolicy');
  expect(Object.values(made).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([deletion, deletion]);
});

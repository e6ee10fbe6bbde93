import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { JOBS_COLUMNS, SNAPSHOTS_COLUMNS } from '../../lambda/contract/columns.ts';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { IotJobsHistory, type IotJobsHistoryProps } from '../../lib/index.ts';
import { newApp, propertiesOf, synth } from './synth.ts';

const template = synth();

function historyOf(props: IotJobsHistoryProps): Template {
  const stack = new Stack(newApp(), 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
  new IotJobsHistory(stack, 'History', props);
  return Template.fromStack(stack);
}

interface Table {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly { readonly Name: string }[];
  readonly StorageDescriptor: { readonly Columns: readonly { readonly Name: string; readonly Type: string }[] };
}

function tableOf(source: Template, name: string): Table {
  const tables = propertiesOf<{ TableInput: Table }>(source, 'AWS::Glue::Table').map(({ TableInput }) => TableInput);
  const table = tables.find(({ Name }) => Name === name);
  if (!table) throw new Error(`There is no table ${name}`);
  return table;
}

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
            Resource: ['/intents/*', '/jobs/*', '/snapshots/*'].map((path) => ({
              'Fn::Join': ['', [Match.anyValue(), path]],
            })),
            Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
          },
        ],
      },
    });
  });

  test('never moves data where Athena does not see it, and expires intents alone', () => {
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

type Join = { readonly 'Fn::Join': readonly [string, readonly [string, object, string]] };

describe('the tables', () => {
  test('have the columns of the contract, in its order', () => {
    for (const [name, columns] of [
      ['jobs', JOBS_COLUMNS],
      ['snapshots', SNAPSHOTS_COLUMNS],
    ] as const) {
      const { Columns } = tableOf(template, name).StorageDescriptor;
      expect(Columns.map((column) => column.Name)).toEqual(columns.map((column) => column.name));
    }
    expect(tableOf(template, 'snapshots').StorageDescriptor.Columns).toContainEqual({
      Name: 'listings',
      Type: 'array<struct<thing_group_name:string,queried_thing_group_id:string,status:string,job_count:bigint,missing:boolean>>',
      Comment: 'One element per scope and status asked for',
    });
  });

  test('have partitions that are no columns', () => {
    for (const name of ['jobs', 'snapshots']) {
      const { PartitionKeys, StorageDescriptor } = tableOf(template, name);
      const partitions = PartitionKeys.map((column) => column.Name);
      expect(partitions).toEqual(['account_id', 'region', 'export_name', 'dt']);
      expect(StorageDescriptor.Columns.filter((column) => partitions.includes(column.Name))).toEqual([]);
    }
  });

  test('are read by the SerDe that gives the same rows each time', () => {
    for (const Name of ['jobs', 'snapshots']) {
      template.hasResourceProperties('AWS::Glue::Table', {
        DatabaseName: { Ref: Match.stringLikeRegexp('Database') },
        TableInput: {
          Name,
          TableType: 'EXTERNAL_TABLE',
          StorageDescriptor: { SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' } },
        },
      });
    }
    template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'iot_jobs' } });
  });

  test('project the partitions of an account whose number is not known at synth', () => {
    expect(tableOf(template, 'jobs').Parameters).toEqual({
      EXTERNAL: 'TRUE',
      classification: 'json',
      'projection.enabled': 'true',
      'projection.account_id.type': 'enum',
      'projection.account_id.values': { Ref: 'AWS::AccountId' },
      'projection.region.type': 'enum',
      'projection.region.values': { Ref: 'AWS::Region' },
      'projection.export_name.type': 'enum',
      'projection.export_name.values': 'all',
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.range': '2026-01-01,NOW+1DAY',
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
      'storage.location.template': {
        'Fn::Join': [
          '',
          [
            's3://',
            { Ref: expect.stringContaining('Bucket') },
            // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholders
            '/jobs/account_id=${account_id}/region=${region}/export_name=${export_name}/dt=${dt}/',
          ],
        ],
      },
    });
  });

  test('find the objects where the exporter puts them', () => {
    const identity = {
      accountId: '111111111111',
      region: 'eu-west-1',
      exportName: 'all',
      scheduledAt: 1_795_456_800_000,
    };
    const partitions: Record<string, string> = {
      account_id: '111111111111',
      region: 'eu-west-1',
      export_name: 'all',
      dt: '2026-11-23',
    };
    for (const [name, key] of [
      ['jobs', jobsKey(identity)],
      ['snapshots', recordKey(identity)],
    ] as const) {
      const location = tableOf(template, name).Parameters['storage.location.template'] as Join;
      const path = location['Fn::Join'][1][2];
      const folder = path.replaceAll(/\$\{(\w+)\}/g, (_, column) => partitions[column] ?? '');
      expect(`/${key}`.slice(0, folder.length)).toBe(folder);
    }
  });

  test('keep retired exports, other accounts and other Regions in sight', () => {
    const { Parameters } = tableOf(
      historyOf({
        exportNames: ['all'],
        retiredExports: ['daily'],
        accountIds: ['111111111111', '222222222222'],
        regions: ['eu-west-1', 'us-east-1'],
        historyStart: '2026-06-01',
      }),
      'jobs',
    );
    expect(Parameters['projection.export_name.values']).toBe('all,daily');
    expect(Parameters['projection.account_id.values']).toBe('111111111111,222222222222');
    expect(Parameters['projection.region.values']).toBe('eu-west-1,us-east-1');
    expect(Parameters['projection.dt.range']).toBe('2026-06-01,NOW+1DAY');
  });
});

test('a history can have another database and another removal policy', () => {
  const history = historyOf({ exportNames: ['all'], databaseName: 'jobs_test', removalPolicy: RemovalPolicy.DESTROY });
  history.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'jobs_test' } });
  history.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
});

test('a history refuses a date that does not exist', () => {
  expect(() => historyOf({ exportNames: ['all'], historyStart: '2026-13-01' })).toThrow(
    'Test/History has a mistake:\n  - historyStart must be a date such as 2026-01-01; got "2026-13-01"',
  );
});

import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ExporterConfig } from '../../lib/config/index.ts';
import { DEFAULT_CONFIG, newStack } from './synth.ts';
import { hubStackOf } from './synth-hub.ts';

/**
 * CloudFormation replaces what gets another logical id, or another value of a property that only a creation can set: the
 * new one comes empty, a bucket or a database of that name is in its own way, and a managed policy that is attached
 * cannot be deleted. So the ids and those properties of what keeps data, or is referred to from elsewhere, are held here
 * to the ones of the first deployments.
 *
 * Source of the properties: CloudFormation Template Reference, "Update requires: Replacement".
 */
const CREATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::Glue::Database': ['CatalogId', 'DatabaseInput.Name'],
  'AWS::Glue::Table': ['CatalogId', 'DatabaseName', 'TableInput.Name'],
  'AWS::Athena::WorkGroup': ['Name'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName', 'Description', 'Path'],
  'AWS::KMS::Key': [],
};

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Logical id, type, and the properties that only a creation can set, of everything that keeps data; views can be recreated without loss. */
function keptBy(stack: Stack): Record<string, unknown> {
  const resources = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
  const kept = resources.filter(
    ([id, { Type }]) => CREATE_ONLY[Type] && !/^HistoryViews/.test(id) && !/^ExporterMonitoring/.test(id),
  );
  return Object.fromEntries(
    kept.map(([id, { Type, Properties }]) => [
      id,
      [
        Type,
        ...(CREATE_ONLY[Type] ?? []).map((path) => valueAt(Properties, path)).filter((value) => value !== undefined),
      ],
    ]),
  );
}

function valueAt(properties: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], properties);
}

const ACCOUNT = { Ref: 'AWS::AccountId' };
const DATABASE = { Ref: 'HistoryTablesDatabase14F9D5B0' };
const description = 'Query the history of AWS IoT jobs in Athena';
const COMMON = {
  HistoryBucketPolicy519457B0: ['AWS::S3::BucketPolicy', { Ref: 'HistoryBucket6364BE20' }],
  HistoryTablesDatabase14F9D5B0: ['AWS::Glue::Database', ACCOUNT, 'iot_jobs'],
  HistoryTablesJobs9D46312A: ['AWS::Glue::Table', ACCOUNT, DATABASE, 'jobs'],
  HistoryTablesChangesA0D68890: ['AWS::Glue::Table', ACCOUNT, DATABASE, 'changes'],
  HistoryTablesJobDetailsD3C14FB3: ['AWS::Glue::Table', ACCOUNT, DATABASE, 'job_details'],
  HistoryTablesSnapshotsD49116E4: ['AWS::Glue::Table', ACCOUNT, DATABASE, 'snapshots'],
  HistoryTablesExportHealthB3294062: ['AWS::Glue::Table', ACCOUNT, DATABASE, 'export_health'],
  HistoryWorkgroupResults51A08566: ['AWS::S3::Bucket'],
  HistoryWorkgroupResultsPolicy25B0EE96: ['AWS::S3::BucketPolicy', { Ref: 'HistoryWorkgroupResults51A08566' }],
  HistoryIotJobsAnalyst49F0093D: ['AWS::IAM::ManagedPolicy', description, '/'],
};

const hub = (more: Partial<ExporterConfig> = {}) =>
  hubStackOf({
    ...DEFAULT_CONFIG,
    history: { account: '111111111111', region: 'us-east-1', customerKey: true },
    ...more,
  });

test('an upgrade of one account replaces nothing that keeps data', () => {
  expect(keptBy(newStack())).toEqual({
    ...COMMON,
    HistoryBucket6364BE20: ['AWS::S3::Bucket'],
    HistoryWorkgroup83E3286D: ['AWS::Athena::WorkGroup', 'iot_jobs-IotJobsExporter'],
  });
});

const OF_HUB = {
  ...COMMON,
  Key961B73FD: ['AWS::KMS::Key'],
  HistoryBucket6364BE20: ['AWS::S3::Bucket', 'iot-jobs-history-111111111111-us-east-1'],
  HistoryWorkgroup83E3286D: ['AWS::Athena::WorkGroup', 'iot_jobs-IotJobsHistory'],
};

test('an upgrade of a hub replaces nothing that keeps data', () => {
  expect(keptBy(hub())).toEqual(OF_HUB);
});

test('no option of a history but its database name replaces what keeps data', () => {
  const options = {
    retiredKeys: ['arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    analystAccounts: ['333333333333'],
    expireRowsAfterDays: 400,
    objectLock: { mode: 'GOVERNANCE', days: 365 },
    retiredExports: ['daily'],
    historyStart: '2026-06-01',
    bytesScannedLimit: 20_000_000,
    terminationProtection: true,
  } as const;
  expect(keptBy(hub(options))).toEqual(OF_HUB);
  // Glue renames no database: another name is another one, with tables of its own. The objects stay.
  const kept = Object.keys(OF_HUB).filter((id) => !id.startsWith('HistoryTables') && id !== 'HistoryWorkgroup83E3286D');
  expect(Object.keys(keptBy(hub({ databaseName: 'fleet' })))).toEqual(expect.arrayContaining(kept));
});

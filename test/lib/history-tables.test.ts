import { Match, type Template } from 'aws-cdk-lib/assertions';
import {
  CHANGES_COLUMNS,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS } from '../../lambda/contract/health.ts';
import { changesKey, detailsKey, HEALTH_KEY, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { historyOf, propertiesOf, synth } from './synth.ts';

type Join = { readonly 'Fn::Join': readonly [string, readonly [string, object, string]] };

const template = synth();
const PARTITIONED = ['jobs', 'changes', 'job_details', 'snapshots'];
const TABLES = [...PARTITIONED, 'export_health'];

interface Table {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly PartitionKeys: readonly { readonly Name: string }[];
  readonly StorageDescriptor: {
    readonly Location: unknown;
    readonly Columns: readonly { readonly Name: string; readonly Type: string; readonly Comment: string }[];
  };
}

function tableOf(source: Template, name: string): Table {
  const tables = propertiesOf<{ TableInput: Table }>(source, 'AWS::Glue::Table').map(({ TableInput }) => TableInput);
  const table = tables.find(({ Name }) => Name === name);
  if (!table) throw new Error(`There is no table ${name}`);
  return table;
}

describe('the tables', () => {
  test('have the columns of the contract, in its order', () => {
    for (const [name, columns] of [
      ['jobs', JOBS_COLUMNS],
      ['changes', CHANGES_COLUMNS],
      ['job_details', JOB_DETAILS_COLUMNS],
      ['snapshots', SNAPSHOTS_COLUMNS],
      ['export_health', EXPORT_HEALTH_COLUMNS],
    ] as const) {
      const { Columns } = tableOf(template, name).StorageDescriptor;
      expect(Columns.map((column) => column.Name)).toEqual(columns.map((column) => column.name));
    }
    expect(tableOf(template, 'snapshots').StorageDescriptor.Columns).toContainEqual({
      Name: 'listings',
      Type: 'array<struct<thing_group_name:string,queried_thing_group_id:string,status:string,job_count:bigint,missing:boolean>>',
      Comment: 'One element per requested scope and status',
    });
    expect(tableOf(template, 'snapshots').StorageDescriptor.Columns).toContainEqual(
      expect.objectContaining({ Name: 'schedule', Type: 'struct<expression:string,time_zone:string>' }),
    );
  });

  // Source: AWS Glue API, Column, Comment.
  test('have comments that Glue takes: 255 characters at most', () => {
    for (const name of TABLES) {
      for (const { Comment } of tableOf(template, name).StorageDescriptor.Columns) {
        expect(Comment.length).toBeLessThanOrEqual(255);
      }
    }
  });

  test('have partitions that are no columns', () => {
    for (const name of PARTITIONED) {
      const { PartitionKeys, StorageDescriptor } = tableOf(template, name);
      const partitions = PartitionKeys.map((column) => column.Name);
      expect(partitions).toEqual(['account_id', 'region', 'export_name', 'dt']);
      expect(StorageDescriptor.Columns.filter((column) => partitions.includes(column.Name))).toEqual([]);
    }
  });

  test('are read by the SerDe that gives the same rows each time', () => {
    for (const Name of TABLES) {
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

  test('have no partitions where there is one object, which the hub puts in the place of the one before', () => {
    const { PartitionKeys, Parameters, StorageDescriptor } = tableOf(template, 'export_health');
    expect(PartitionKeys).toEqual([]);
    expect(Parameters).toEqual({ EXTERNAL: 'TRUE', classification: 'json' });
    const [, [, bucket, path]] = (StorageDescriptor.Location as Join)['Fn::Join'];
    expect(bucket).toEqual({ Ref: expect.stringContaining('Bucket') });
    expect(HEALTH_KEY).toMatch(new RegExp(`^${path.slice(1)}[^/]+$`));
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
      ['changes', changesKey(identity)],
      ['job_details', detailsKey(identity)],
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

import { Aws, Lazy } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  athenaType,
  CHANGES_COLUMNS,
  type Column,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS } from '../../lambda/contract/health.ts';
import {
  CHANGES_PREFIX,
  DETAILS_PREFIX,
  HEALTH_PREFIX,
  JOBS_PREFIX,
  SNAPSHOTS_PREFIX,
} from '../../lambda/contract/keys.ts';

/** Values of the partitions of the tables. They are complete at synthesis, when all exporters of the app are registered. */
export interface Projected {
  /** Accounts whose jobs are in the history. */
  readonly accountIds: readonly string[];
  /** Regions whose jobs are in the history. */
  readonly regions: readonly string[];
  /** Exports that are in the history, including retired ones. */
  readonly exportNames: readonly string[];
}

interface Table {
  readonly name: string;
  readonly prefix: string;
  readonly columns: readonly Column[];
  readonly description: string;
  /**
   * Partition columns, which are part of the object keys.
   *
   * @default - account, Region, export and day
   */
  readonly partitions?: readonly Column[];
}

/** Properties for HistoryTables. */
export interface HistoryTablesProps {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /** Name of the database, which analysts type. */
  readonly databaseName: string;
  /** Gives the values of the partitions. It is called at synthesis. */
  readonly projected: () => Projected;
  /** UTC date of the oldest data, `yyyy-MM-dd`. */
  readonly historyStart: string;
}

/**
 * The Glue database and its tables. They use partition projection, so a new day, export or account needs no crawler and no
 * `MSCK REPAIR TABLE`.
 */
export class HistoryTables extends Construct {
  /** The database. */
  readonly database: glue.CfnDatabase;
  /** The table of rows. */
  readonly jobs: glue.CfnTable;
  /** The table of changes. */
  readonly changes: glue.CfnTable;
  /** The table of details. */
  readonly details: glue.CfnTable;
  /** The table of records. */
  readonly snapshots: glue.CfnTable;
  /** The table of the newest look at the exports; empty without HistoryHealth. */
  readonly exportHealth: glue.CfnTable;

  constructor(scope: Construct, id: string, props: HistoryTablesProps) {
    super(scope, id);
    this.database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: props.databaseName, description: 'History of AWS IoT jobs' },
    });
    this.jobs = this.table('Jobs', props, {
      ...{ name: 'jobs', prefix: JOBS_PREFIX, columns: JOBS_COLUMNS },
      description: 'A row per job and scope of a snapshot',
    });
    this.changes = this.table('Changes', props, {
      ...{ name: 'changes', prefix: CHANGES_PREFIX, columns: CHANGES_COLUMNS },
      description: 'A row per change of a job and scope',
    });
    this.details = this.table('JobDetails', props, {
      ...{ name: 'job_details', prefix: DETAILS_PREFIX, columns: JOB_DETAILS_COLUMNS },
      description: 'A row per job of a snapshot that was described',
    });
    this.snapshots = this.table('Snapshots', props, {
      ...{ name: 'snapshots', prefix: SNAPSHOTS_PREFIX, columns: SNAPSHOTS_COLUMNS },
      description: 'A row per snapshot',
    });
    this.exportHealth = this.table('ExportHealth', props, {
      ...{ name: 'export_health', prefix: HEALTH_PREFIX, columns: EXPORT_HEALTH_COLUMNS, partitions: [] },
      description: 'A row per account, Region and export, of the newest look at them',
    });
  }

  private table(id: string, props: HistoryTablesProps, table: Table): glue.CfnTable {
    const { name, prefix, columns, description, partitions = PARTITION_COLUMNS } = table;
    const projected = partitions.length > 0;
    const location = `s3://${props.bucket.bucketName}/${prefix}/`;
    return new glue.CfnTable(this, id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: this.database.ref,
      tableInput: {
        name,
        description,
        tableType: 'EXTERNAL_TABLE',
        parameters: { EXTERNAL: 'TRUE', classification: 'json', ...(projected && projection(location, props)) },
        partitionKeys: partitions.map(glueColumn),
        storageDescriptor: {
          columns: columns.map(glueColumn),
          location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          // Not the OpenX SerDe: AWS warns that it can give extra, missing or null rows.
          // Source: Athena User Guide, "OpenX JSON SerDe".
          serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
        },
      },
    });
  }
}

function glueColumn({ name, type, comment }: Column): glue.CfnTable.ColumnProperty {
  return { name, type: athenaType(type), comment };
}

/** Parameters of the partition projection. Source: Athena User Guide, Supported types for partition projection. */
function projection(location: string, props: HistoryTablesProps): Record<string, string> {
  const path = PARTITION_COLUMNS.map(({ name }) => `${name}=\${${name}}/`).join('');
  const enums = {
    account_id: () => props.projected().accountIds,
    region: () => props.projected().regions,
    export_name: () => props.projected().exportNames,
  };
  return {
    'projection.enabled': 'true',
    ...Object.fromEntries(
      Object.entries(enums).flatMap(([column, values]) => [
        [`projection.${column}.type`, 'enum'],
        [`projection.${column}.values`, Lazy.string({ produce: () => values().join(',') })],
      ]),
    ),
    'projection.dt.type': 'date',
    'projection.dt.format': 'yyyy-MM-dd',
    'projection.dt.range': `${props.historyStart},NOW+1DAY`,
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'DAYS',
    'storage.location.template': `${location}${path}`,
  };
}

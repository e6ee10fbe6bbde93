import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Permission } from './permission.ts';
import type { Place } from './place.ts';
import { readerPermissions } from './reader.ts';
import type { WrittenHistory } from './written-history.ts';

/** What is needed to grant queries of a history. */
export interface QueriedHistory extends Place {
  /** Partition of the history, such as `aws`. */
  readonly partition: string;
  /** Name of the Glue database. */
  readonly databaseName: string;
  /** Name of the Athena workgroup. */
  readonly workgroupName: string;
  /** Bucket of the query results. */
  readonly results: s3.IBucket;
}

/** Permissions of an analyst: to query the history in its workgroup, also in the console. */
export function analystPermissions(history: WrittenHistory, queried: QueriedHistory): Permission[] {
  return [
    ...workgroupPermissions(queried),
    catalogPermission(queried),
    ...readerPermissions(history, queried),
    ...consolePermissions(queried),
  ];
}

const arn = (service: string, { partition, account, region }: QueriedHistory, resource: string) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** Source: Athena User Guide, "Example workgroup policies", running queries in a specified workgroup. */
function workgroupPermissions(queried: QueriedHistory): Permission[] {
  const { results, workgroupName } = queried;
  return [
    {
      sid: 'QueryInTheWorkgroup',
      actions: [
        'athena:GetWorkGroup',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
        'athena:GetQueryExecution',
        'athena:BatchGetQueryExecution',
        'athena:ListQueryExecutions',
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:GetQueryRuntimeStatistics',
        'athena:GetNamedQuery',
        'athena:BatchGetNamedQuery',
        'athena:ListNamedQueries',
      ],
      resources: [arn('athena', queried, `workgroup/${workgroupName}`)],
    },
    {
      sid: 'WriteAndReadResults',
      actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [results.arnForObjects('*')],
    },
    {
      sid: 'FindResults',
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [results.bucketArn],
    },
  ];
}

function catalogPermission(queried: QueriedHistory): Permission {
  const { databaseName } = queried;
  return {
    sid: 'ReadTheCatalog',
    actions: [
      'glue:GetDatabase',
      'glue:GetDatabases',
      'glue:GetTable',
      'glue:GetTables',
      'glue:GetPartition',
      'glue:GetPartitions',
      'glue:BatchGetPartition',
    ],
    resources: ['catalog', `database/${databaseName}`, `table/${databaseName}/*`].map((resource) =>
      arn('glue', queried, resource),
    ),
  };
}

/**
 * Permissions that Athena's console needs to show its editor. The first three have no resource type and show only names. The
 * others are for the Glue catalog, which has this name in every account.
 *
 * Source: Athena User Guide, "Example workgroup policies" and "Data Catalog example policies"; Service Authorization
 * Reference, Amazon Athena.
 */
function consolePermissions(queried: QueriedHistory): Permission[] {
  return [
    {
      sid: 'ListForTheConsole',
      actions: ['athena:ListWorkGroups', 'athena:ListDataCatalogs', 'athena:ListEngineVersions'],
      resources: ['*'],
    },
    {
      sid: 'BrowseTheCatalog',
      actions: [
        'athena:GetDataCatalog',
        'athena:ListDatabases',
        'athena:GetDatabase',
        'athena:ListTableMetadata',
        'athena:GetTableMetadata',
      ],
      resources: [arn('athena', queried, 'datacatalog/AwsDataCatalog')],
    },
  ];
}

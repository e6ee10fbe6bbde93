import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { JOBS_PREFIX, SNAPSHOTS_PREFIX } from '../../lambda/contract/keys.ts';
import type { AnalystWorkgroup } from './analyst-workgroup.ts';

/** What the analyst may query. */
export interface IotJobsAnalystProps {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /** Name of the Glue database. */
  readonly databaseName: string;
  /** Workgroup to query in. */
  readonly workgroup: AnalystWorkgroup;
}

/**
 * What an analyst may do: query the history in its workgroup, and nothing else. Attach it to a role, a user or a
 * permission set.
 */
export class IotJobsAnalyst extends Construct {
  /** The policy, to be attached. */
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: IotJobsAnalystProps) {
    super(scope, id);
    this.policy = new iam.ManagedPolicy(this, 'Resource', {
      description: 'Query the history of AWS IoT jobs in Athena',
      statements: [...workgroupStatements(this, props), ...historyStatements(this, props)],
    });
  }
}

function workgroupStatements(scope: Construct, { workgroup }: IotJobsAnalystProps): iam.PolicyStatement[] {
  const { results } = workgroup;
  return [
    new iam.PolicyStatement({
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
      resources: [
        Stack.of(scope).formatArn({
          service: 'athena',
          resource: 'workgroup',
          resourceName: workgroup.workgroupName,
        }),
      ],
    }),
    new iam.PolicyStatement({
      sid: 'WriteAndReadResults',
      actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [results.arnForObjects('*')],
    }),
    new iam.PolicyStatement({
      sid: 'FindResults',
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [results.bucketArn],
    }),
  ];
}

function historyStatements(scope: Construct, { bucket, databaseName }: IotJobsAnalystProps): iam.PolicyStatement[] {
  const glueArn = (resource: string, resourceName?: string) =>
    Stack.of(scope).formatArn({ service: 'glue', resource, ...(resourceName && { resourceName }) });
  const prefixes = [JOBS_PREFIX, SNAPSHOTS_PREFIX];
  return [
    new iam.PolicyStatement({
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
      resources: [glueArn('catalog'), glueArn('database', databaseName), glueArn('table', `${databaseName}/*`)],
    }),
    new iam.PolicyStatement({
      sid: 'ReadRowsAndRecords',
      actions: ['s3:GetObject'],
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    }),
    new iam.PolicyStatement({
      sid: 'ListRowsAndRecords',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) } },
    }),
    new iam.PolicyStatement({
      sid: 'LocateTheHistory',
      actions: ['s3:GetBucketLocation'],
      resources: [bucket.bucketArn],
    }),
  ];
}

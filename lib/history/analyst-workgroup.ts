import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { readQueries } from '../../sql/catalog.ts';
import { UsageError } from '../config/errors.ts';

/** Default limit of a query: 10 GB, which cost five cents at $5 a TB. */
const DEFAULT_BYTES_SCANNED_LIMIT = 10_000_000_000;
/** Source: Athena API, WorkGroupConfiguration, BytesScannedCutoffPerQuery. */
const MIN_BYTES_SCANNED_LIMIT = 10_000_000;

/** Properties for AnalystWorkgroup. */
export interface AnalystWorkgroupProps {
  /** Name of the database of the saved queries. */
  readonly databaseName: string;
  /**
   * Bytes that a query may scan before Athena stops it, 10 MB or more.
   *
   * @default 10 GB
   */
  readonly bytesScannedLimit?: number;
  /**
   * Removal policy of the bucket of query results. CloudFormation cannot delete a bucket that contains objects.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The Athena workgroup of the analysts: engine version 3, a limit on what a query scans, encrypted results that are
 * deleted after 30 days, and the saved queries of `sql/queries`. A client cannot override its settings.
 */
export class AnalystWorkgroup extends Construct {
  /** The workgroup. */
  readonly workgroup: athena.CfnWorkGroup;
  /** Name of the workgroup, made of the names of database and stack, since Athena does not choose one. */
  readonly workgroupName: string;
  /** Bucket of the results. It is not the history's bucket, so that its rules cannot affect the history. */
  readonly results: s3.Bucket;

  constructor(scope: Construct, id: string, props: AnalystWorkgroupProps) {
    super(scope, id);
    this.results = resultsBucket(this, props.removalPolicy ?? RemovalPolicy.RETAIN);
    this.workgroupName = `${props.databaseName}-${Stack.of(this).stackName}`.slice(0, 128);
    this.workgroup = new athena.CfnWorkGroup(this, 'Resource', {
      name: this.workgroupName,
      description: 'Questions to the history of AWS IoT jobs',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: checkedLimit(props.bytesScannedLimit ?? DEFAULT_BYTES_SCANNED_LIMIT),
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: this.results.s3UrlForObject(),
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
          expectedBucketOwner: Aws.ACCOUNT_ID,
        },
      },
    });
    for (const { name, question, reads, sql } of readQueries()) {
      const query = new athena.CfnNamedQuery(this, name, {
        name,
        description: `${question} Reads ${reads}.`,
        database: props.databaseName,
        workGroup: this.workgroupName,
        queryString: sql,
      });
      query.node.addDependency(this.workgroup);
    }
  }
}

function resultsBucket(scope: Construct, removalPolicy: RemovalPolicy): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Results', {
    removalPolicy,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [
      {
        id: 'results',
        expiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
  });
  // The policy of a retained bucket, which requires TLS, is retained, too.
  bucket.policy?.applyRemovalPolicy(removalPolicy);
  return bucket;
}

function checkedLimit(bytes: number): number {
  if (Number.isInteger(bytes) && bytes >= MIN_BYTES_SCANNED_LIMIT) return bytes;
  throw new UsageError(
    `bytesScannedLimit must be a whole number of bytes from ${MIN_BYTES_SCANNED_LIMIT} (10 MB); got ${bytes}`,
  );
}

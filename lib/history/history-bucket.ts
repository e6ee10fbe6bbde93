import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { INTENTS_PREFIX, JOBS_PREFIX } from '../../lambda/contract/keys.ts';
import { WRITTEN_PREFIXES } from './access.ts';
import { letWrite, type Writers } from './writers.ts';

/** Properties for HistoryBucket. */
export interface HistoryBucketProps {
  /**
   * What becomes of the bucket when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Name of the bucket.
   *
   * @default - chosen by CloudFormation
   */
  readonly bucketName?: string;
  /**
   * Customer key to encrypt with.
   *
   * @default - Amazon S3's own key (SSE-S3)
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Other accounts that may write, each below its own prefix.
   *
   * @default - none
   */
  readonly writers?: Writers;
}

/**
 * The bucket of the history: private, over TLS only, encrypted, versioned. An object of it is put once and never
 * overwritten, by whomever.
 */
export class HistoryBucket extends Construct {
  /** The bucket. */
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: HistoryBucketProps = {}) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.RETAIN, bucketName, encryptionKey, writers = {} } = props;
    this.bucket = new s3.Bucket(this, 'Resource', {
      removalPolicy,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      ...(bucketName && { bucketName }),
      // A bucket key: one call of KMS for many objects, instead of one for each.
      ...(encryptionKey
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [
        {
          id: 'unfinished-uploads-and-deleted-objects',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(90),
          expiredObjectDeleteMarker: true,
        },
        {
          // An intent serves the retries of its run, which are over within hours.
          id: 'intents',
          prefix: `${INTENTS_PREFIX}/`,
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          // Never to Glacier Flexible Retrieval or Deep Archive, and no archive tiers: Athena ignores such objects. The
          // tiers that Intelligent-Tiering has by itself are all read at once.
          // Source: Athena User Guide, "Query restored Amazon S3 Glacier objects".
          id: 'rows-seldom-read',
          prefix: `${JOBS_PREFIX}/`,
          transitions: [{ storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
        },
      ],
    });
    this.bucket.addToResourcePolicy(onlyNewObjects(this.bucket));
    letWrite(this.bucket, writers);
    this.bucket.policy?.applyRemovalPolicy(removalPolicy);
  }
}

/**
 * Parts of a multipart upload are exempt, for they make no object; its completion is not. A copy counts as s3:PutObject,
 * so it needs the condition, too: CopyObject takes `If-None-Match` since October 2025.
 *
 * Source: Amazon S3 API Reference, CopyObject; Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 */
function onlyNewObjects(bucket: s3.Bucket): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'OnlyNewObjects',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: WRITTEN_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  });
}

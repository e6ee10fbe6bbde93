import { Annotations, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ObjectLock } from '../config/config.ts';
import { noLockOfTemporaryObjects, onlyNewObjects } from './bucket-policy.ts';
import { lifecycleRules } from './lifecycle.ts';
import { allowWriters, type Writers } from './writers.ts';

/** Properties for HistoryBucket. */
export interface HistoryBucketProps {
  /**
   * Removal policy of the bucket.
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
   * Customer key that encrypts the bucket.
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
  /**
   * Days after which rows expire.
   *
   * @default - never
   */
  readonly expireRowsAfterDays?: number;
  /**
   * Object Lock of rows, changes, details and records. The exporters lock the objects when they write them.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
}

/**
 * The bucket of the history: private, over TLS only, encrypted, versioned. Nobody can overwrite an object in it. It sends an
 * event to EventBridge for each new object.
 */
export class HistoryBucket extends Construct {
  /** The bucket. */
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: HistoryBucketProps = {}) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.RETAIN, bucketName, encryptionKey, writers = {}, objectLock } = props;
    this.bucket = new s3.Bucket(this, 'Resource', {
      removalPolicy,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      ...(bucketName && { bucketName }),
      // With a bucket key there is one call of KMS for many objects, instead of one for each.
      ...(encryptionKey
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      // No default retention, which would also lock intents and work.
      ...(objectLock && { objectLockEnabled: true }),
      lifecycleRules: lifecycleRules(props.expireRowsAfterDays),
    });
    enableEventBridge(this.bucket);
    this.bucket.addToResourcePolicy(onlyNewObjects(this.bucket));
    if (objectLock) {
      this.bucket.addToResourcePolicy(noLockOfTemporaryObjects(this.bucket));
      Annotations.of(this).addInfoV2('iot-jobs-exporter:object-lock', LOCK_OF_EXISTING_BUCKET);
    }
    allowWriters(this.bucket, writers, objectLock);
    this.bucket.policy?.applyRemovalPolicy(removalPolicy);
  }
}

/**
 * Sends the bucket's events to EventBridge, by the property of the resource. `eventBridgeEnabled` of CDK's Bucket would make a
 * custom resource, with a function and a role.
 * Source: AWS CloudFormation Template Reference, "AWS::S3::Bucket EventBridgeConfiguration".
 */
function enableEventBridge(bucket: s3.Bucket): void {
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/**
 * Object Lock of an existing bucket. The schema of AWS::S3::Bucket allows updates of ObjectLockEnabled. Until 2024 it did not,
 * and CDK's diff still shows a replacement.
 * Source: GitHub, aws-cloudformation/cloudformation-coverage-roadmap, issue 1929.
 */
const LOCK_OF_EXISTING_BUCKET =
  'objectLock is on, and S3 never lets it be turned off again. Where the bucket has a history already, look at the change ' +
  'set before it is executed (cdk deploy --method=prepare-change-set): the bucket must not be replaced. See docs/deploying.md.';

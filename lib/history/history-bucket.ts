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
  /**
   * Days after which rows expire.
   *
   * @default - never
   */
  readonly expireRowsAfterDays?: number;
  /**
   * Whether rows, changes, details and records can be locked, which the exporters do as they put them.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
}

/**
 * The bucket of the history: private, over TLS only, encrypted, versioned. An object of it is put once and never
 * overwritten, by whomever. EventBridge is told of each.
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
      // A bucket key: one call of KMS for many objects, instead of one for each.
      ...(encryptionKey
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      // Without a default retention, which would lock intents and work, too.
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
 * By the bucket's own property: `eventBridgeEnabled` of CDK's Bucket makes a custom resource, with a function and a role.
 * Source: AWS CloudFormation Template Reference, "AWS::S3::Bucket EventBridgeConfiguration".
 */
function enableEventBridge(bucket: s3.Bucket): void {
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/**
 * The schema of AWS::S3::Bucket lets ObjectLockEnabled be updated; until 2024 it did not, and CDK's own diff still says so.
 * Source: GitHub, aws-cloudformation/cloudformation-coverage-roadmap, issue 1929.
 */
const LOCK_OF_EXISTING_BUCKET =
  'objectLock is on, and S3 never lets it be turned off again. Where the bucket has a history already, look at the change ' +
  'set before it is executed (cdk deploy --method=prepare-change-set): the bucket must not be replaced. See docs/deploying.md.';

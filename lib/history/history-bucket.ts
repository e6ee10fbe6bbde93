import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { INTENTS_PREFIX, JOBS_PREFIX } from '../../lambda/contract/keys.ts';
import { skipChecks } from '../skip-checks.ts';
import { WRITTEN_PREFIXES } from './access.ts';

export interface HistoryBucketProps {
  /**
   * What becomes of the bucket when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The bucket of the history: private, over TLS only, encrypted, versioned. An object of it is put once and never
 * overwritten, by whomever.
 */
export class HistoryBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: HistoryBucketProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    this.bucket = new s3.Bucket(this, 'Resource', {
      removalPolicy,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
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
          // Never to Glacier Flexible Retrieval or Deep Archive, and no archive tiers: Athena skips such objects without
          // a word. The tiers that Intelligent-Tiering has by itself are all read at once.
          id: 'rows-seldom-read',
          prefix: `${JOBS_PREFIX}/`,
          transitions: [{ storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
        },
      ],
    });
    this.bucket.addToResourcePolicy(onlyNewObjects(this.bucket));
    this.bucket.policy?.applyRemovalPolicy(removalPolicy);
    skipChecks(this.bucket, {
      CKV_AWS_18: 'Access logs need a bucket of their own; CloudTrail data events say more, where they are wanted',
    });
  }
}

/**
 * Parts of a multipart upload are exempt, for they make no object; its completion is not.
 *
 * A copy into these prefixes fails, because CopyObject has no such condition.
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

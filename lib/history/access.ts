import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { INTENTS_PREFIX, JOBS_PREFIX, SNAPSHOTS_PREFIX, writerPartition } from '../../lambda/contract/keys.ts';

/** Prefixes below which an exporter writes. */
export const WRITTEN_PREFIXES = [JOBS_PREFIX, SNAPSHOTS_PREFIX, INTENTS_PREFIX] as const;

/** A history as whoever writes to it has to know it. */
export interface WrittenHistory {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /**
   * Account that owns the bucket, where it has a name that somebody else could have taken: nothing is written to a
   * bucket of another account.
   *
   * @default - not asked
   */
  readonly ownerAccountId?: string;
  /**
   * ARN of the customer key, or a pattern of it where the key is made with the history.
   *
   * @default - the key of the bucket, if it has one
   */
  readonly encryptionKeyArn?: string;
}

/**
 * What an exporter may do to the history: write and read below its own account and Region, and delete nothing.
 *
 * An exporter finds out whether a key exists by a listing with the key as its prefix, so listings can be held to its own
 * prefixes. A condition `IfExists` would pass a listing without any prefix, which is of all keys of all accounts.
 * Source: Amazon S3 User Guide, "Bucket policy examples using condition keys", s3:prefix; IAM User Guide, "IfExists
 * condition operators".
 */
export function writerStatements(history: WrittenHistory, accountId: string, region: string): iam.PolicyStatement[] {
  const { bucket } = history;
  const prefixes = WRITTEN_PREFIXES.map((prefix) => `${prefix}/${writerPartition(accountId, region)}/*`);
  const owner = history.ownerAccountId && { StringEquals: { 'aws:ResourceAccount': history.ownerAccountId } };
  return [
    new iam.PolicyStatement({
      sid: 'WriteAndReadOwnPartition',
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: prefixes.map((prefix) => bucket.arnForObjects(prefix)),
      ...(owner && { conditions: owner }),
    }),
    new iam.PolicyStatement({
      sid: 'ListOwnPartition',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': prefixes }, ...owner },
    }),
    ...keyStatements(history),
  ];
}

/** S3 alone may use the key for an exporter, and for this bucket alone: with bucket keys the context is its ARN. */
function keyStatements({ bucket, encryptionKeyArn }: WrittenHistory): iam.PolicyStatement[] {
  const key = encryptionKeyArn ?? bucket.encryptionKey?.keyArn;
  if (!key) return [];
  return [
    new iam.PolicyStatement({
      sid: 'UseKeyOfHistory',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [key],
      conditions: { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': bucket.bucketArn } },
    }),
  ];
}

import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ObjectLock } from '../config/config.ts';

/** What exporters need of the history that they write to. */
export interface WrittenHistory {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /**
   * Region of the bucket.
   *
   * @default - the exporter's Region
   */
  readonly bucketRegion?: string;
  /**
   * Account that owns the bucket. Exporters refuse to write to a bucket with this name in another account.
   *
   * @default - not checked
   */
  readonly ownerAccountId?: string;
  /**
   * ARN of the customer key, or the pattern of all keys of its account and Region.
   *
   * @default - the key of the bucket, if it has one
   */
  readonly encryptionKeyArn?: string;
  /**
   * ARNs of keys that encrypted the history before.
   *
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * Object Lock of rows, changes, details and records.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
  /**
   * Days after which rows expire. It must be more than the longest time between two snapshots of an export.
   *
   * @default - never, or not known
   */
  readonly expireRowsAfterDays?: number;
}

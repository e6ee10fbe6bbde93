import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ObjectLock } from '../config/config.ts';

/** A history as whoever writes to it has to know it. */
export interface WrittenHistory {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /**
   * Region of the bucket.
   *
   * @default - the exporter's
   */
  readonly bucketRegion?: string;
  /**
   * Account that owns the bucket: nothing is written to a bucket of that name in another account.
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
  /**
   * ARNs of keys that encrypted the history once.
   *
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * How rows, changes, details and records are locked.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
  /**
   * Days after which rows expire, as the history's stack has it: more than the longest gap of an exporter's schedules.
   *
   * @default - never, or not known
   */
  readonly expireRowsAfterDays?: number;
}

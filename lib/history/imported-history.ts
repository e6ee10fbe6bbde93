import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { IIotJobsHistory } from './history.ts';

/** A history made elsewhere. */
export interface IotJobsHistoryAttributes {
  /** Name of the bucket. */
  readonly bucketName: string;
  /**
   * Account of the history. Nothing is written to a bucket of that name in another one.
   *
   * @default - not asked
   */
  readonly account?: string;
  /**
   * Region of the history.
   *
   * @default - the exporter's
   */
  readonly region?: string;
  /**
   * ARN of the history's customer key, or a pattern of it.
   *
   * @default - none: the history is encrypted with Amazon S3's own key
   */
  readonly encryptionKeyArn?: string;
}

/** A history in another stack, account or Region, as an exporter sees it. */
export class ImportedHistory extends Construct implements IIotJobsHistory {
  /** Bucket of the history. */
  readonly bucket: s3.IBucket;
  /** Account of the history, where it was given. */
  readonly ownerAccountId?: string;
  /** ARN of the customer key, or a pattern of it, where it was given. */
  readonly encryptionKeyArn?: string;
  /** Region of the history, where it was given. */
  readonly bucketRegion?: string;

  constructor(scope: Construct, id: string, attributes: IotJobsHistoryAttributes) {
    super(scope, id);
    const { bucketName, account, region, encryptionKeyArn } = attributes;
    this.bucket = s3.Bucket.fromBucketName(this, 'Bucket', bucketName);
    if (account) this.ownerAccountId = account;
    if (region) this.bucketRegion = region;
    if (encryptionKeyArn) this.encryptionKeyArn = encryptionKeyArn;
  }
}

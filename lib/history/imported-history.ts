import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ObjectLock } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { checkHistoryNames } from '../config/history-names.ts';
import type { QueriedHistory } from './analyst.ts';
import { HistoryBase } from './history-base.ts';
import { placeOf } from './place.ts';

/** Attributes of an existing history. */
export interface IotJobsHistoryAttributes {
  /** Name of the bucket. */
  readonly bucketName: string;
  /**
   * Account of the history. Exporters then refuse to write to a bucket with this name in another account.
   *
   * @default - not checked; for `grantQuery` the stack's account
   */
  readonly account?: string;
  /**
   * Region of the history.
   *
   * @default - the exporter's Region; for `grantQuery` the stack's Region
   */
  readonly region?: string;
  /**
   * ARN of the history's customer key, in the history's Region, or the pattern of all keys of the account there, which ends in
   * `:key/*`.
   *
   * @default - Amazon S3's own key (SSE-S3)
   */
  readonly encryptionKeyArn?: string;
  /**
   * ARNs of keys that encrypted the history before.
   *
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * Object Lock of rows, changes, details and records, as in the history's stack.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
  /**
   * Days after which rows expire, as in the history's stack.
   *
   * @default - never, or not known
   */
  readonly expireRowsAfterDays?: number;
  /**
   * Name of the Glue database.
   *
   * @default - none: `grantQuery` throws
   */
  readonly databaseName?: string;
  /**
   * Name of the Athena workgroup of the analysts, an output of the history's stack.
   *
   * @default - none: `grantQuery` throws
   */
  readonly workgroupName?: string;
  /**
   * Name of the bucket of query results, which the settings of the workgroup show.
   *
   * @default - none: `grantQuery` throws
   */
  readonly resultsBucketName?: string;
}

/** A history in another stack, account or Region. */
export class ImportedHistory extends HistoryBase {
  /** Bucket of the rows, changes, details and records. */
  readonly bucket: s3.IBucket;
  /** Account of the history, if known. */
  readonly ownerAccountId?: string;
  /** ARN of the customer key, or the pattern of all keys of its account and Region. */
  readonly encryptionKeyArn?: string;
  /** Region of the history, if known. */
  readonly bucketRegion?: string;
  /** ARNs of keys that encrypted the history before. */
  readonly retiredKeys?: readonly string[];
  /** Object Lock of rows, changes, details and records. */
  readonly objectLock?: ObjectLock;
  /** Days after which rows expire, if known. */
  readonly expireRowsAfterDays?: number;
  /** ARN of the bucket. */
  readonly arnInKeyPolicy: string;
  private readonly attributes: IotJobsHistoryAttributes;

  constructor(scope: Construct, id: string, attributes: IotJobsHistoryAttributes) {
    super(scope, id);
    checkHistoryNames(attributes, this.node.path, attributes.region);
    this.attributes = attributes;
    const { bucketName, account, region, encryptionKeyArn, retiredKeys, objectLock, expireRowsAfterDays } = attributes;
    this.bucket = s3.Bucket.fromBucketName(this, 'Bucket', bucketName);
    this.arnInKeyPolicy = this.bucket.bucketArn;
    if (account) this.ownerAccountId = account;
    if (region) this.bucketRegion = region;
    if (encryptionKeyArn) this.encryptionKeyArn = encryptionKeyArn;
    if (retiredKeys) this.retiredKeys = retiredKeys;
    if (objectLock) this.objectLock = objectLock;
    if (expireRowsAfterDays !== undefined) this.expireRowsAfterDays = expireRowsAfterDays;
  }

  /** Does nothing: the stack that has the tables names the exports. */
  registerExporter(): void {}

  protected queried(call: string): QueriedHistory {
    const place = placeOf(this);
    const { account = place.account, region = place.region } = this.attributes;
    const { partition } = Stack.of(this);
    const databaseName = this.attribute('databaseName', call);
    const workgroupName = this.attribute('workgroupName', call);
    const resultsName = this.attribute('resultsBucketName', call);
    const existing = this.node.tryFindChild('Results') as s3.IBucket | undefined;
    const results = existing ?? s3.Bucket.fromBucketName(this, 'Results', resultsName);
    return { partition, account, region, databaseName, workgroupName, results };
  }

  private attribute(name: 'databaseName' | 'workgroupName' | 'resultsBucketName', call: string): string {
    const value = this.attributes[name];
    if (value) return value;
    throw new UsageError(`${call} needs ${name}: give it to IotJobsHistory.fromAttributes; got none`);
  }
}

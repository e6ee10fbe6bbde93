import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { checkHistoryOptions } from '../config/check.ts';
import type { HistoryOptions } from '../config/config.ts';
import { AnalystWorkgroup } from './analyst-workgroup.ts';
import type { IIotJobsHistory } from './history.ts';
import { HistoryBucket } from './history-bucket.ts';
import { HistoryTables } from './history-tables.ts';
import { HistoryViews } from './history-views.ts';
import { ImportedHistory, type IotJobsHistoryAttributes } from './imported-history.ts';
import { IotJobsAnalyst } from './iot-jobs-analyst.ts';
import { letUseKey, type Writers } from './writers.ts';

/** What a history is told. */
export interface IotJobsHistoryProps extends HistoryOptions {
  /** Names of the exports that write to the history. */
  readonly exportNames: readonly string[];
  /**
   * Accounts whose exporters write to the history.
   *
   * @default - the stack's account
   */
  readonly accountIds?: readonly string[];
  /**
   * Regions whose exporters write to the history.
   *
   * @default - the stack's Region
   */
  readonly regions?: readonly string[];
  /**
   * Name of the bucket. Exporters of other accounts have to know it before it is there.
   *
   * @default - chosen by CloudFormation
   */
  readonly bucketName?: string;
  /**
   * Customer key to encrypt with. A key of this app gets the grants that writers and analysts need.
   *
   * @default - Amazon S3's own key (SSE-S3)
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Other accounts that may write, each below its own `account_id=…` alone: those of an organization, or by number.
   *
   * @default - none
   */
  readonly writers?: Writers;
  /**
   * What becomes of the bucket when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Where snapshots are kept and queried: the bucket, and the Glue database with the tables `jobs` and `snapshots`
 * and the views on them, and the Athena workgroup to query them in.
 *
 * @example
 * const history = new IotJobsHistory(this, 'History', { exportNames: ['all'] });
 */
export class IotJobsHistory extends Construct implements IIotJobsHistory {
  /** A history whose bucket was made elsewhere. Its tables stay there too. */
  static fromBucketName(scope: Construct, id: string, bucketName: string): IIotJobsHistory {
    return new ImportedHistory(scope, id, { bucketName });
  }

  /** A history that was made elsewhere, in another account or Region too. */
  static fromAttributes(scope: Construct, id: string, attributes: IotJobsHistoryAttributes): IIotJobsHistory {
    return new ImportedHistory(scope, id, attributes);
  }

  /** Bucket of the rows and records. */
  readonly bucket: s3.Bucket;
  /** The Glue database and its tables. */
  readonly tables: HistoryTables;
  /** Athena workgroup of the analysts, with the saved queries. */
  readonly workgroup: AnalystWorkgroup;
  /** Managed policy that lets an analyst query, and nothing else. */
  readonly analystPolicy: iam.ManagedPolicy;
  /** Name of the Glue database. */
  readonly databaseName: string;

  constructor(scope: Construct, id: string, props: IotJobsHistoryProps) {
    super(scope, id);
    const { exportNames, accountIds, regions, removalPolicy, ...others } = props;
    const { bucketName, encryptionKey, writers, ...options } = others;
    const { historyStart, retiredExports, bytesScannedLimit, databaseName } = checkHistoryOptions(
      options,
      this.node.path,
    );
    this.bucket = new HistoryBucket(this, 'Bucket', {
      ...(removalPolicy && { removalPolicy }),
      ...(bucketName && { bucketName }),
      ...(encryptionKey && { encryptionKey }),
      ...(writers && { writers }),
    }).bucket;
    this.databaseName = databaseName;
    this.tables = new HistoryTables(this, 'Tables', {
      bucket: this.bucket,
      databaseName: this.databaseName,
      accountIds: accountIds ?? [Stack.of(this).account],
      regions: regions ?? [Stack.of(this).region],
      exportNames: [...exportNames, ...retiredExports],
      historyStart,
    });
    const { bucket, tables } = this;
    const database = this.databaseName;
    new HistoryViews(this, 'Views', { tables, databaseName: database });
    this.workgroup = new AnalystWorkgroup(this, 'Workgroup', { databaseName: database, bytesScannedLimit });
    const analyst = { bucket, databaseName: database, workgroup: this.workgroup };
    this.analystPolicy = new IotJobsAnalyst(this, 'IotJobsAnalyst', analyst).policy;
    if (encryptionKey) this.shareKey(encryptionKey, writers ?? {}, bucketName);
  }

  /** Lets someone read the objects, and decrypt them where there is a customer key. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.bucket.grantRead(grantee);
  }

  private shareKey(key: kms.IKey, writers: Writers, bucketName: string | undefined): void {
    this.analystPolicy.addStatements(
      new iam.PolicyStatement({ sid: 'DecryptHistory', actions: ['kms:Decrypt'], resources: [key.keyArn] }),
    );
    // The bucket depends on its key, so the key's policy can name it only where it has a name.
    const { region, partition } = Stack.of(this);
    letUseKey(key, `arn:${partition}:s3:::${bucketName ?? '*'}`, region, writers);
  }
}

import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { HistoryOptions } from '../config/config.ts';
import type { Writers } from './writers.ts';

/** Properties for IotJobsHistory. */
export interface IotJobsHistoryProps extends HistoryOptions {
  /**
   * Names of exports of other apps that write to the history. Exporters of this app add theirs.
   *
   * @default - only the exports of this app
   */
  readonly exportNames?: readonly string[];
  /**
   * Accounts of other apps' exporters that write to the history. Those of `writers` and of the exporters of this app are added.
   *
   * @default - the stack's account, if `exportNames` names exports or this app has no exporter
   */
  readonly accountIds?: readonly string[];
  /**
   * Regions of other apps' exporters that write to the history. Those of the exporters of this app are added.
   *
   * @default - the stack's Region, if `exportNames` names exports or this app has no exporter
   */
  readonly regions?: readonly string[];
  /**
   * Name of the bucket. Exporters in other accounts and Regions need it at synthesis.
   *
   * @default - chosen by CloudFormation
   */
  readonly bucketName?: string;
  /**
   * Customer key that encrypts the history. A key of this app gets the grants that writers and analysts need.
   *
   * @default - Amazon S3's own key (SSE-S3)
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Other accounts that may write, each only below its own `account_id=…`: those of an organization, or a list.
   *
   * @default - none
   */
  readonly writers?: Writers;
  /**
   * Removal policy of the bucket and of the bucket of query results. CloudFormation cannot delete a bucket that contains
   * objects: with DESTROY, empty both before you delete the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { HistoryOptions } from '../config/config.ts';
import type { Writers } from './writers.ts';

/** Properties for IotJobsHistory. */
export interface IotJobsHistoryProps extends HistoryOptions {
  /**
   * Names of exports that write to the history, besides those of the exporters of this app that use it.
   *
   * @default - those of the exporters of this app
   */
  readonly exportNames?: readonly string[];
  /**
   * Accounts whose exporters write to the history, besides those of `writers` and of the exporters of this app.
   *
   * @default - those; with exports by name, or without any, the stack's account, too
   */
  readonly accountIds?: readonly string[];
  /**
   * Regions whose exporters write to the history, besides those of the exporters of this app.
   *
   * @default - those; with exports by name, or without any, the stack's Region, too
   */
  readonly regions?: readonly string[];
  /**
   * Name of the bucket. Exporters of other accounts and Regions have to know it before it is there.
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
   * What becomes of the bucket, and of that of query results, when the stack is deleted. CloudFormation deletes no bucket
   * that holds objects: with DESTROY, empty both before.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

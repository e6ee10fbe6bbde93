import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/** An exporter that writes to a history of the same app. */
export interface RegisteredExporter extends Place {
  /** The exporter, for messages and for the order of the stacks. */
  readonly construct: IConstruct;
  /** Names of the exports. */
  readonly exportNames: readonly string[];
}

/** A history that exporters write to and analysts query, new or imported. */
export interface IIotJobsHistory extends IConstruct, WrittenHistory {
  /**
   * Grants a principal to read rows, changes, details and records, and to decrypt them with a customer key.
   *
   * @throws UsageError where the grantee has no policy and the bucket is not in this app
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;
  /**
   * Grants a principal to query in Athena, with the permissions of the analysts' policy.
   *
   * @throws UsageError where the grantee has no policy, or the history was imported without an attribute that is needed
   */
  grantQuery(grantee: iam.IGrantable): iam.Grant;
  /**
   * Grants a principal to write as the exporter of an account and Region, which is only below its `account_id=…/region=…`. A
   * history in another account must also name the account in `writers`.
   *
   * @param writer account and Region of the exporter; by default those of the grantee's stack
   * @throws UsageError where the grantee has no policy
   */
  grantWrite(grantee: iam.IGrantable, writer?: Place): iam.Grant;
  /**
   * Registers an exporter that writes to the history, so that queries see its account, Region and exports. IotJobsExporter
   * calls it. It has no effect on an imported history.
   */
  registerExporter(exporter: RegisteredExporter): void;
}

import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/** An exporter that writes to a history of the same app. */
export interface RegisteredExporter extends Place {
  /** The construct, for messages and for the order of the stacks. */
  readonly construct: IConstruct;
  /** Names of its exports. */
  readonly exportNames: readonly string[];
}

/** A history that exporters write to and analysts query, made here or elsewhere. */
export interface IIotJobsHistory extends IConstruct, WrittenHistory {
  /**
   * Lets someone read rows, changes, details and records, and decrypt them where there is a customer key.
   *
   * @throws UsageError where the grantee has no policy and the bucket's is not of this app
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;
  /**
   * Lets someone query in Athena what the policy of the analysts lets them.
   *
   * @throws UsageError where the grantee has no policy, or the history was imported without an attribute that it takes
   */
  grantQuery(grantee: iam.IGrantable): iam.Grant;
  /**
   * Lets someone write as the exporter of an account and Region does: below its `account_id=…/region=…` alone. A history in
   * another account must name the account in `writers`, too.
   *
   * @param writer by default the account and Region of the grantee's stack
   * @throws UsageError where the grantee has no policy
   */
  grantWrite(grantee: iam.IGrantable, writer?: Place): iam.Grant;
  /**
   * Tells the history of an exporter that writes to it, which brings its account, Region and exports into sight of queries.
   * IotJobsExporter does so by itself. A history that was made elsewhere learns nothing.
   */
  registerExporter(exporter: RegisteredExporter): void;
}

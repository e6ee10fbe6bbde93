import { PhysicalName, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { checkHistoryOptions, checkQueriedNames } from '../config/check.ts';
import { DEFAULT_DATABASE_NAME, type ObjectLock } from '../config/config.ts';
import { checkHistoryNames } from '../config/history-names.ts';
import { refuseKeyOfOtherRegion } from '../key-region.ts';
import { analystPermissions, type QueriedHistory } from './analyst.ts';
import { analystRole } from './analyst-role.ts';
import { AnalystWorkgroup } from './analyst-workgroup.ts';
import type { IIotJobsHistory, RegisteredExporter } from './history.ts';
import { HistoryBase } from './history-base.ts';
import { HistoryBucket } from './history-bucket.ts';
import type { IotJobsHistoryProps } from './history-props.ts';
import { refuseConflictingProps } from './history-rules.ts';
import { HistoryTables } from './history-tables.ts';
import { HistoryViews } from './history-views.ts';
import { ImportedHistory, type IotJobsHistoryAttributes } from './imported-history.ts';
import { statementOf } from './permission.ts';
import { type Place, placeOf } from './place.ts';
import { RegisteredExporters } from './registered-exporters.ts';
import { refuseSharedDatabase } from './shared-database.ts';
import { allowWritersToUseKey } from './writers.ts';

/**
 * Stores the snapshots and makes them available for queries. It has the bucket, the Glue database with the tables (`jobs`,
 * `changes`, `job_details`, `snapshots`, `export_health`) and views, and the Athena workgroup. Exporters of the same app
 * register with it, so that queries see their exports, accounts and Regions.
 *
 * @example
 * const history = new IotJobsHistory(this, 'History');
 * new IotJobsExporter(this, 'Exporter', { history, exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export class IotJobsHistory extends HistoryBase {
  /** Imports a history by the name of its bucket. */
  static fromBucketName(scope: Construct, id: string, bucketName: string): IIotJobsHistory {
    return new ImportedHistory(scope, id, { bucketName });
  }

  /** Imports a history, which may be in another account or Region. */
  static fromAttributes(scope: Construct, id: string, attributes: IotJobsHistoryAttributes): IIotJobsHistory {
    return new ImportedHistory(scope, id, attributes);
  }

  /** Bucket of the rows, changes, details and records. */
  readonly bucket: s3.Bucket;
  /** Account of the stack. */
  readonly ownerAccountId: string;
  /** Region of the stack. */
  readonly bucketRegion: string;
  /** ARN of the customer key, if there is one. */
  readonly encryptionKeyArn?: string;
  /** ARNs of keys that encrypted the history before. */
  readonly retiredKeys?: readonly string[];
  /** Object Lock of rows, changes, details and records. */
  readonly objectLock?: ObjectLock;
  /** Days after which rows expire, if they do. */
  readonly expireRowsAfterDays?: number;
  /** ARN of the bucket for the policy of its key: a pattern where CloudFormation chooses the name. */
  readonly arnInKeyPolicy: string;
  /** The Glue database and its tables. */
  readonly tables: HistoryTables;
  /** Athena workgroup of the analysts, with the saved queries. */
  readonly workgroup: AnalystWorkgroup;
  /** Managed policy with which an analyst can query, and do nothing else. */
  readonly analystPolicy: iam.ManagedPolicy;
  /** Role of the analysts of other accounts, if `analystAccounts` names some. */
  readonly analystRole?: iam.Role;
  /** Name of the Glue database. */
  readonly databaseName: string;
  private readonly exporters: RegisteredExporters;

  constructor(scope: Construct, id: string, props: IotJobsHistoryProps = {}) {
    super(scope, id);
    const { exportNames = [], accountIds = [], regions = [], removalPolicy, ...others } = props;
    const { bucketName, encryptionKey, writers = {}, ...historyOptions } = others;
    const options = checkHistoryOptions(historyOptions, this.node.path);
    checkQueriedNames(
      { exportNames, accountIds, regions, 'writers.accountIds': writers.accountIds ?? [] },
      this.node.path,
    );
    refuseConflictingProps(this.node.path, props);
    if (encryptionKey) refuseKeyOfOtherRegion(this, 'encryptionKey', encryptionKey);
    const { databaseName, historyStart, retiredExports, retiredKeys, objectLock, expireRowsAfterDays } = options;
    const place = placeOf(this);
    const names = { bucketName, retiredKeys, 'writers.organizationId': writers.organizationId };
    checkHistoryNames(names, this.node.path, place.region);
    this.ownerAccountId = place.account;
    this.bucketRegion = place.region;
    this.databaseName = databaseName;
    refuseSharedDatabase(this, databaseName);
    if (encryptionKey) this.encryptionKeyArn = encryptionKey.keyArn;
    if (retiredKeys.length > 0) this.retiredKeys = retiredKeys;
    if (objectLock) this.objectLock = objectLock;
    if (expireRowsAfterDays !== undefined) this.expireRowsAfterDays = expireRowsAfterDays;
    const removal = removalPolicy && { removalPolicy };
    this.bucket = new HistoryBucket(this, 'Bucket', {
      ...removal,
      ...(bucketName && { bucketName }),
      ...(encryptionKey && { encryptionKey }),
      ...(expireRowsAfterDays && { expireRowsAfterDays }),
      ...(objectLock && { objectLock }),
      writers,
    }).bucket;
    const { bucket } = this;
    const isBucketNamed = bucketName !== undefined;
    const named = { exportNames, retiredExports, accountIds, regions };
    this.exporters = new RegisteredExporters(this, { ...named, writers, isBucketNamed });
    const projected = () => this.exporters.projected();
    // Glue and CloudFormation cannot rename a database, so another name must be another resource, with new tables.
    // Source: AWS Glue API Reference, UpdateDatabase, DatabaseInput.
    const suffix = databaseName === DEFAULT_DATABASE_NAME ? '' : `-${databaseName}`;
    this.tables = new HistoryTables(this, `Tables${suffix}`, { bucket, databaseName, projected, historyStart });
    new HistoryViews(this, `Views${suffix}`, { tables: this.tables, databaseName });
    const { bytesScannedLimit } = options;
    this.workgroup = new AnalystWorkgroup(this, 'Workgroup', { databaseName, bytesScannedLimit, ...removal });
    // CloudFormation cannot replace a managed policy that is attached, so the path must stay that of the first release.
    this.analystPolicy = new iam.ManagedPolicy(new Construct(this, 'IotJobsAnalyst'), 'Resource', {
      description: 'Query the history of AWS IoT jobs in Athena',
      statements: analystPermissions(this, this.queried()).map(statementOf),
    });
    if (options.analystAccounts.length > 0) {
      this.analystRole = analystRole(this, options.analystAccounts, this.analystPolicy);
    }
    // PhysicalName.GENERATE_IF_NEEDED is resolved by CDK later.
    const isNamed = bucketName !== undefined && bucketName !== PhysicalName.GENERATE_IF_NEEDED;
    this.arnInKeyPolicy = `arn:${Stack.of(this).partition}:s3:::${isNamed ? bucketName : '*'}`;
    if (encryptionKey) allowWritersToUseKey(encryptionKey, this.arnInKeyPolicy, place.region, writers);
  }

  /** Grants a principal to write as the exporter of an account and Region, by default those of the grantee's stack. */
  override grantWrite(grantee: iam.IGrantable, writer?: Place): iam.Grant {
    const { principalAccount } = grantee.grantPrincipal;
    if (principalAccount !== undefined) this.exporters.refuseOtherAccount(principalAccount);
    return super.grantWrite(grantee, writer);
  }

  /** Registers an exporter, so that queries see its account, Region and exports. */
  registerExporter(exporter: RegisteredExporter): void {
    this.exporters.add(exporter);
  }

  /** Gives what is needed to grant queries. */
  protected queried(): QueriedHistory {
    const { partition, account, region } = Stack.of(this);
    const { workgroupName, results } = this.workgroup;
    return { partition, account, region, databaseName: this.databaseName, workgroupName, results };
  }
}

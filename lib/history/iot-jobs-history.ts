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
 * Where snapshots are kept and queried: the bucket, the Glue database with the tables `jobs`, `changes` and `snapshots`
 * and the views on them, and the Athena workgroup to query them in. Exporters of the same app bring their exports,
 * accounts and Regions into sight of the queries by themselves.
 *
 * @example
 * const history = new IotJobsHistory(this, 'History');
 * new IotJobsExporter(this, 'Exporter', { history, exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export class IotJobsHistory extends HistoryBase {
  /** A history whose bucket was made elsewhere. Its tables stay there too. */
  static fromBucketName(scope: Construct, id: string, bucketName: string): IIotJobsHistory {
    return new ImportedHistory(scope, id, { bucketName });
  }

  /** A history that was made elsewhere, in another account or Region too. */
  static fromAttributes(scope: Construct, id: string, attributes: IotJobsHistoryAttributes): IIotJobsHistory {
    return new ImportedHistory(scope, id, attributes);
  }

  /** Bucket of the rows, changes, details and records. */
  readonly bucket: s3.Bucket;
  /** Account of the stack. */
  readonly ownerAccountId: string;
  /** Region of the stack. */
  readonly bucketRegion: string;
  /** ARN of the customer key, where there is one. */
  readonly encryptionKeyArn?: string;
  /** Keys that encrypted the history once, where there are any. */
  readonly retiredKeys?: readonly string[];
  /** How rows, changes, details and records are locked, where they are. */
  readonly objectLock?: ObjectLock;
  /** Days after which rows expire, where they do. */
  readonly expireRowsAfterDays?: number;
  /** ARN of the bucket in the policy of its key: a pattern, where CloudFormation chooses the name. */
  readonly arnInKeyPolicy: string;
  /** The Glue database and its tables. */
  readonly tables: HistoryTables;
  /** Athena workgroup of the analysts, with the saved queries. */
  readonly workgroup: AnalystWorkgroup;
  /** Managed policy that lets an analyst query, and nothing else. */
  readonly analystPolicy: iam.ManagedPolicy;
  /** Role of the analysts of other accounts, where `analystAccounts` names some. */
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
    // Neither Glue nor CloudFormation renames a database: another name is another resource, with tables of its own.
    // Source: AWS Glue API Reference, UpdateDatabase, DatabaseInput.
    const suffix = databaseName === DEFAULT_DATABASE_NAME ? '' : `-${databaseName}`;
    this.tables = new HistoryTables(this, `Tables${suffix}`, { bucket, databaseName, projected, historyStart });
    new HistoryViews(this, `Views${suffix}`, { tables: this.tables, databaseName });
    const { bytesScannedLimit } = options;
    this.workgroup = new AnalystWorkgroup(this, 'Workgroup', { databaseName, bytesScannedLimit, ...removal });
    // CloudFormation cannot replace a managed policy that is attached, so its path is that of the first release.
    this.analystPolicy = new iam.ManagedPolicy(new Construct(this, 'IotJobsAnalyst'), 'Resource', {
      description: 'Query the history of AWS IoT jobs in Athena',
      statements: analystPermissions(this, this.queried()).map(statementOf),
    });
    if (options.analystAccounts.length > 0) {
      this.analystRole = analystRole(this, options.analystAccounts, this.analystPolicy);
    }
    // PhysicalName.GENERATE_IF_NEEDED is a name that only CDK can say.
    const isNamed = bucketName !== undefined && bucketName !== PhysicalName.GENERATE_IF_NEEDED;
    this.arnInKeyPolicy = `arn:${Stack.of(this).partition}:s3:::${isNamed ? bucketName : '*'}`;
    if (encryptionKey) allowWritersToUseKey(encryptionKey, this.arnInKeyPolicy, place.region, writers);
  }

  /** Lets someone write as the exporter of an account and Region does, by default those of the grantee's stack. */
  override grantWrite(grantee: iam.IGrantable, writer?: Place): iam.Grant {
    const { principalAccount } = grantee.grantPrincipal;
    if (principalAccount !== undefined) this.exporters.refuseOtherAccount(principalAccount);
    return super.grantWrite(grantee, writer);
  }

  /** Brings an exporter's account, Region and exports into sight of the queries. */
  registerExporter(exporter: RegisteredExporter): void {
    this.exporters.add(exporter);
  }

  /** What its queries read, and where their answers are. */
  protected queried(): QueriedHistory {
    const { partition, account, region } = Stack.of(this);
    const { workgroupName, results } = this.workgroup;
    return { partition, account, region, databaseName: this.databaseName, workgroupName, results };
  }
}

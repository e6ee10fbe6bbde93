import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import type { ObjectLock } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { writerPermissions } from './access.ts';
import { analystPermissions, type QueriedHistory } from './analyst.ts';
import type { IIotJobsHistory, RegisteredExporter } from './history.ts';
import { grantAcrossAccounts, grantTo } from './permission.ts';
import { isSame, type Place, placeOf } from './place.ts';
import { readerPermissions } from './reader.ts';

/** Base class of histories, new and imported, with their grants. */
export abstract class HistoryBase extends Construct implements IIotJobsHistory {
  /** Bucket of the rows, changes, details and records. */
  abstract readonly bucket: s3.IBucket;
  /** Account of the history. */
  abstract readonly ownerAccountId?: string;
  /** Region of the history. */
  abstract readonly bucketRegion?: string;
  /** ARN of the customer key, or the pattern of all keys of its account and Region. */
  abstract readonly encryptionKeyArn?: string;
  /** ARNs of keys that encrypted the history before. */
  abstract readonly retiredKeys?: readonly string[];
  /** Object Lock of rows, changes, details and records. */
  abstract readonly objectLock?: ObjectLock;
  /** Days after which rows expire. */
  abstract readonly expireRowsAfterDays?: number;
  /** ARN of the bucket, or a pattern of it, for the policy of its key. */
  abstract readonly arnInKeyPolicy: string;

  /** Grants a principal to read rows, changes, details and records, and to decrypt them with a customer key. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return grantAcrossAccounts(
      this,
      grantee,
      readerPermissions(this, this.granteePlace(grantee)),
      this.callName('grantRead'),
    );
  }

  /** Grants a principal to query in Athena, with the permissions of the analysts' policy. */
  grantQuery(grantee: iam.IGrantable): iam.Grant {
    const call = this.callName('grantQuery');
    const queried = this.queried(call);
    refuseOtherAccount(grantee, queried, call);
    return grantTo(grantee, analystPermissions(this, queried), call);
  }

  /** Grants a principal to write as the exporter of an account and Region, by default those of the grantee's stack. */
  grantWrite(grantee: iam.IGrantable, writer: Place = this.granteePlace(grantee)): iam.Grant {
    return grantTo(grantee, writerPermissions(this, writer), this.callName('grantWrite'));
  }

  /** Registers an exporter that writes to the history. */
  abstract registerExporter(exporter: RegisteredExporter): void;

  /**
   * Gives what is needed to grant queries.
   *
   * @throws UsageError that names the missing attribute
   */
  protected abstract queried(call: string): QueriedHistory;

  private callName(method: string): string {
    return `${method} of ${this.node.path}`;
  }

  private granteePlace(grantee: iam.IGrantable): Place {
    return placeOf(Construct.isConstruct(grantee) ? (grantee as IConstruct) : this);
  }
}

/**
 * Refuses a grantee of another account. Athena runs a query in the account of the workgroup, and no policy of a workgroup can
 * grant another account.
 * Source: IAM User Guide, "AWS services that work with IAM", Analytics: Athena has no resource-based policies.
 */
function refuseOtherAccount({ grantPrincipal }: iam.IGrantable, { account }: Place, call: string): void {
  const { principalAccount: granteeAccount } = grantPrincipal;
  if (
    granteeAccount === undefined ||
    isSame(granteeAccount, account) ||
    Token.isUnresolved(granteeAccount) ||
    Token.isUnresolved(account)
  )
    return;
  throw new UsageError(
    `${call} must be given a role, a user or a group of account ${account}, where the workgroup is; got one of account ` +
      `${granteeAccount}: name that account in analystAccounts, and let it assume the role AnalystRole`,
  );
}

import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ObjectLock } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { MAX_ACCOUNTS_WITHOUT_ORGANIZATION } from '../config/targets.ts';
import { WRITTEN_PREFIXES } from './access.ts';
import { ENCRYPTION_CONTEXT } from './permission.ts';

/** Accounts, other than the bucket's, whose exporters may write to a history. */
export interface Writers {
  /**
   * Organization whose accounts may write.
   *
   * @default - the accounts of `accountIds`
   */
  readonly organizationId?: string;
  /**
   * Accounts that may write, without an organization. Each must exist: S3 and AWS KMS refuse a policy with an unknown account.
   *
   * @default - none
   */
  readonly accountIds?: readonly string[];
}

/** Keys of the caller's account: IAM replaces the variable with the account's id. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const OWN_PARTITION = 'account_id=${aws:PrincipalAccount}/*';

/**
 * Lets other accounts write and read below their own `account_id=…`. None may delete. With an organization the statements do
 * not depend on the number of accounts. Without one they name each account: of the conditions with which `Principal: *` does
 * not count as public, AWS lists aws:PrincipalOrgID and not aws:PrincipalAccount.
 * Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", The meaning of "public".
 *
 * The administrators of an account still decide which of its roles may write. s3:AbortMultipartUpload is in the same
 * statement, since another statement would name each account a third time.
 */
export function allowWriters(bucket: s3.Bucket, writers: Writers, objectLock?: ObjectLock): void {
  const allowed = principalsOf(writers);
  if (!allowed) return;
  const { principals, conditions } = allowed;
  const ownPrefixes = WRITTEN_PREFIXES.map((prefix) => `${prefix}/${OWN_PARTITION}`);
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EachAccountItsOwn',
      principals,
      actions: [
        ...['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
        ...(objectLock ? ['s3:PutObjectRetention'] : []),
      ],
      resources: ownPrefixes.map((path) => bucket.arnForObjects(path)),
      ...(conditions && { conditions }),
    }),
  );
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EachAccountListsItsOwn',
      principals,
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { ...conditions, StringLike: { 's3:prefix': ownPrefixes } },
    }),
  );
}

/** Lets the same accounts use the key, only through S3 and for this bucket. */
export function allowWritersToUseKey(key: kms.IKey, bucketArn: string, region: string, writers: Writers): void {
  const allowed = principalsOf(writers);
  if (!allowed) return;
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'WritersOfTheHistory',
      principals: allowed.principals,
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      // In the policy of a key, "*" means the key.
      resources: ['*'],
      conditions: {
        StringEquals: { ...allowed.conditions?.StringEquals, 'kms:ViaService': `s3.${region}.amazonaws.com` },
        StringLike: { [ENCRYPTION_CONTEXT]: bucketArn },
      },
    }),
  );
}

/**
 * Refuses more accounts than fit into the bucket's policy.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseTooManyWriters({ organizationId, accountIds = [] }: Writers, path: string): void {
  if (organizationId || accountIds.length <= MAX_ACCOUNTS_WITHOUT_ORGANIZATION) return;
  throw new UsageError(
    `${path}: writers.accountIds must name ${MAX_ACCOUNTS_WITHOUT_ORGANIZATION} accounts at most, for a bucket's policy ` +
      `holds 20 kB; got ${accountIds.length}: give writers.organizationId instead`,
  );
}

interface WriterPrincipals {
  readonly principals: iam.IPrincipal[];
  readonly conditions?: { readonly StringEquals: Readonly<Record<string, string>> };
}

function principalsOf({ organizationId, accountIds = [] }: Writers): WriterPrincipals | undefined {
  if (organizationId) {
    return {
      principals: [new iam.AnyPrincipal()],
      conditions: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
    };
  }
  if (accountIds.length === 0) return undefined;
  return { principals: [...new Set(accountIds)].sort().map((account) => new iam.AccountPrincipal(account)) };
}

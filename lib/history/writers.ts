import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ObjectLock } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { MAX_ACCOUNTS_WITHOUT_ORGANIZATION } from '../config/targets.ts';
import { WRITTEN_PREFIXES } from './access.ts';
import { ENCRYPTION_CONTEXT } from './permission.ts';

/** Accounts, other than the bucket's own, whose exporters may write to a history. */
export interface Writers {
  /**
   * Organization whose accounts may write.
   *
   * @default - `accountIds` may
   */
  readonly organizationId?: string;
  /**
   * Accounts that may write, where there is no organization. Each must exist: S3 and AWS KMS refuse a policy that names
   * one that does not.
   *
   * @default - none
   */
  readonly accountIds?: readonly string[];
}

/** Each account's own part of the bucket: IAM puts the caller's number where the variable stands. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const OWN_PARTITION = 'account_id=${aws:PrincipalAccount}/*';

/**
 * Lets other accounts write below their own `account_id=…`, and read there what they wrote; delete is allowed to none.
 * With an organization the statements are the same for any number of accounts. Without one they name each account: AWS's
 * list of conditions that keep `Principal: *` from being public has aws:PrincipalOrgID and not aws:PrincipalAccount.
 * Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", The meaning of "public".
 *
 * An account's own administrators still say which of its roles may. That an upload of rows may be ended stands in the same
 * statement, for one of its own would name each account a third time.
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

/** Lets the same accounts use the key, through S3 and for this bucket alone. */
export function allowWritersToUseKey(key: kms.IKey, bucketArn: string, region: string, writers: Writers): void {
  const allowed = principalsOf(writers);
  if (!allowed) return;
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'WritersOfTheHistory',
      principals: allowed.principals,
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      // In a key's policy, the key itself.
      resources: ['*'],
      conditions: {
        StringEquals: { ...allowed.conditions?.StringEquals, 'kms:ViaService': `s3.${region}.amazonaws.com` },
        StringLike: { [ENCRYPTION_CONTEXT]: bucketArn },
      },
    }),
  );
}

/**
 * Refuses more accounts than the bucket's policy has room for.
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

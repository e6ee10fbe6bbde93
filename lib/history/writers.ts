import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { WRITTEN_PREFIXES } from './access.ts';

/** Accounts, other than the bucket's own, whose exporters may write to a history. */
export interface Writers {
  /**
   * Organization whose accounts may write.
   *
   * @default - `accountIds` may
   */
  readonly organizationId?: string;
  /**
   * Accounts that may write, where there is no organization.
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
 * The statements are the same for any number of accounts; without an organization the condition names the accounts, for
 * a principal that nothing holds would make the bucket public, which S3 refuses.
 *
 * An account's own administrators still say which of its roles may.
 */
export function letWrite(bucket: s3.Bucket, writers: Writers): void {
  const conditions = boundTo(writers);
  if (!conditions) return;
  const own = WRITTEN_PREFIXES.map((prefix) => `${prefix}/${OWN_PARTITION}`);
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EachAccountItsOwn',
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: own.map((path) => bucket.arnForObjects(path)),
      conditions,
    }),
  );
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EachAccountListsItsOwn',
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { ...conditions, StringLike: { 's3:prefix': own } },
    }),
  );
}

/** Lets the same accounts use the key, through S3 and for this bucket alone. */
export function letUseKey(key: kms.IKey, bucketArn: string, region: string, writers: Writers): void {
  const conditions = boundTo(writers);
  if (!conditions) return;
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'WritersOfTheHistory',
      principals: [new iam.AnyPrincipal()],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      // In a key's policy, the key itself.
      resources: ['*'],
      conditions: {
        StringEquals: { ...conditions.StringEquals, 'kms:ViaService': `s3.${region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': bucketArn },
      },
    }),
  );
}

function boundTo({ organizationId, accountIds = [] }: Writers) {
  if (organizationId) return { StringEquals: { 'aws:PrincipalOrgID': organizationId } };
  return accountIds.length > 0 ? { StringEquals: { 'aws:PrincipalAccount': [...accountIds].sort() } } : undefined;
}

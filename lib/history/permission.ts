import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { UsageError } from '../config/errors.ts';
import { isSame } from './place.ts';

/** With bucket keys, the ARN of the bucket. */
export const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:aws:s3:arn';

/** What somebody may do: a statement of a policy, before it is known whose. */
export interface Permission {
  /** Id of the statement, in a policy of ours. */
  readonly sid: string;
  /** Actions that are allowed. */
  readonly actions: readonly string[];
  /** ARNs of the resources. */
  readonly resources: readonly string[];
  /** Conditions. */
  readonly conditions?: Readonly<Record<string, Record<string, unknown>>>;
}

/** The permission as a statement of a policy of ours. */
export function statementOf({ sid, actions, resources, conditions }: Permission): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
}

/**
 * Grants permissions by the grantee's own policy. The statements have no ids: a policy may get the same grant twice.
 *
 * @throws UsageError where the grantee has no policy, such as an account
 */
export function grantTo(grantee: iam.IGrantable, permissions: readonly Permission[], what: string): iam.Grant {
  return allOf(
    permissions.map((permission) => iam.Grant.addToPrincipal({ grantee, ...grantOptions(permission) })),
    what,
  );
}

/** A bucket, and how the policy of its key names it. */
export interface BucketForGrant {
  /** The bucket. */
  readonly bucket: s3.IBucket;
  /** Its ARN, or a pattern of it, without a reference: the bucket depends on its key, so the key cannot on the bucket. */
  readonly arnInKeyPolicy: string;
}

/**
 * {@link grantTo}, and by the policies of the bucket and of its key where the grantee is of another account.
 *
 * @throws UsageError where the grantee has no policy and the bucket's is not of this app
 */
export function grantAcrossAccounts(
  { bucket, arnInKeyPolicy }: BucketForGrant,
  grantee: iam.IGrantable,
  permissions: readonly Permission[],
  what: string,
): iam.Grant {
  const grants = permissions.map((permission) => {
    const isOfKey = permission.actions[0]?.startsWith('kms:');
    const resource = isOfKey ? bucket.encryptionKey : bucket;
    const onPrincipal = iam.Grant.addToPrincipal({ grantee, ...grantOptions(permission) });
    if (!resource || (onPrincipal.success && isOfAccount(grantee, resource.env.account))) return onPrincipal;
    const onResource = grantOn(resource, grantee, isOfKey ? asInKeyPolicy(permission, arnInKeyPolicy) : permission);
    // An imported bucket takes no statement, and CDK's grant does not say so.
    return bucket.policy ? onResource : onPrincipal;
  });
  return allOf(grants, what);
}

/** Grant.addToPrincipalOrResource of aws-cdk-lib 2.207 leaves a resource's statement without the conditions. */
function grantOn(resource: iam.IResourceWithPolicy, grantee: iam.IGrantable, permission: Permission): iam.Grant {
  const { actions, resourceArns, conditions } = grantOptions(permission);
  const statement = new iam.PolicyStatement({
    principals: [grantee.grantPrincipal],
    actions,
    resources: resourceArns,
    ...(conditions && { conditions }),
  });
  return iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns, resource, statement });
}

/** In a key's policy `*` is the key itself, and the bucket is named without a reference. */
function asInKeyPolicy({ conditions = {}, ...permission }: Permission, bucketArn: string): Permission {
  const { [ENCRYPTION_CONTEXT]: _reference, ...StringEquals } = conditions.StringEquals ?? {};
  return {
    ...permission,
    resources: ['*'],
    conditions: { StringEquals, StringLike: { [ENCRYPTION_CONTEXT]: bucketArn } },
  };
}

function isOfAccount({ grantPrincipal }: iam.IGrantable, account: string): boolean {
  return grantPrincipal.principalAccount !== undefined && isSame(grantPrincipal.principalAccount, account);
}

function grantOptions({ actions, resources, conditions }: Permission) {
  return {
    actions: [...actions],
    resourceArns: [...resources],
    ...(conditions && { conditions: { ...conditions } }),
  };
}

function allOf([first, ...others]: readonly iam.Grant[], what: string): iam.Grant {
  if (!first) throw new Error(`${what} grants nothing`);
  if ([first, ...others].every(({ success }) => success))
    return others.reduce((sum, grant) => sum.combine(grant), first);
  throw new UsageError(
    `${what} must be given a role, a user or a group, whose policy it can add to; got a principal without a policy`,
  );
}

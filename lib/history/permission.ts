import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { UsageError } from '../config/errors.ts';
import { isSame } from './place.ts';

/** Condition key of the encryption context, which with bucket keys is the ARN of the bucket. */
export const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:aws:s3:arn';

/** A permission: a statement of a policy without its principal. */
export interface Permission {
  /** Id of the statement, in a policy that this package makes. */
  readonly sid: string;
  /** Actions that are allowed. */
  readonly actions: readonly string[];
  /** ARNs of the resources. */
  readonly resources: readonly string[];
  /** Conditions of the statement. */
  readonly conditions?: Readonly<Record<string, Record<string, unknown>>>;
}

/** Makes a statement with an id from a permission. */
export function statementOf({ sid, actions, resources, conditions }: Permission): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
}

/**
 * Grants permissions by the grantee's own policy. The statements have no ids, since a policy may get the same grant twice.
 *
 * @throws UsageError where the grantee has no policy, such as an account
 */
export function grantTo(grantee: iam.IGrantable, permissions: readonly Permission[], call: string): iam.Grant {
  return combineGrants(
    permissions.map((permission) => iam.Grant.addToPrincipal({ grantee, ...grantOptions(permission) })),
    call,
  );
}

/** A bucket, with its ARN for the policy of its key. */
export interface BucketForGrant {
  /** The bucket. */
  readonly bucket: s3.IBucket;
  /** ARN or a pattern of it, without a reference: the bucket depends on its key, so the key cannot depend on the bucket. */
  readonly arnInKeyPolicy: string;
}

/**
 * Grants permissions by the grantee's own policy, and for a grantee of another account also by the policies of the bucket and
 * of its key.
 *
 * @throws UsageError where the grantee has no policy and the bucket is not in this app
 */
export function grantAcrossAccounts(
  { bucket, arnInKeyPolicy }: BucketForGrant,
  grantee: iam.IGrantable,
  permissions: readonly Permission[],
  call: string,
): iam.Grant {
  const grants = permissions.map((permission) => {
    const isKeyPermission = permission.actions[0]?.startsWith('kms:');
    const resource = isKeyPermission ? bucket.encryptionKey : bucket;
    const onPrincipal = iam.Grant.addToPrincipal({ grantee, ...grantOptions(permission) });
    if (!resource || (onPrincipal.success && isInAccount(grantee, resource.env.account))) return onPrincipal;
    const onResource = grantOn(
      resource,
      grantee,
      isKeyPermission ? asInKeyPolicy(permission, arnInKeyPolicy) : permission,
    );
    // An imported bucket takes no statement, which CDK's grant does not report.
    return bucket.policy ? onResource : onPrincipal;
  });
  return combineGrants(grants, call);
}

/**
 * Grants a permission by the policy of a resource. Grant.addToPrincipalOrResource of aws-cdk-lib 2.207 omits the conditions
 * there.
 */
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

/** Adapts a permission to the policy of a key, in which `*` is the key, and the bucket is named without a reference. */
function asInKeyPolicy({ conditions = {}, ...permission }: Permission, bucketArn: string): Permission {
  const { [ENCRYPTION_CONTEXT]: _reference, ...StringEquals } = conditions.StringEquals ?? {};
  return {
    ...permission,
    resources: ['*'],
    conditions: { StringEquals, StringLike: { [ENCRYPTION_CONTEXT]: bucketArn } },
  };
}

function isInAccount({ grantPrincipal }: iam.IGrantable, account: string): boolean {
  return grantPrincipal.principalAccount !== undefined && isSame(grantPrincipal.principalAccount, account);
}

function grantOptions({ actions, resources, conditions }: Permission) {
  return {
    actions: [...actions],
    resourceArns: [...resources],
    ...(conditions && { conditions: { ...conditions } }),
  };
}

function combineGrants([first, ...others]: readonly iam.Grant[], call: string): iam.Grant {
  if (!first) throw new Error(`${call} grants nothing`);
  if ([first, ...others].every(({ success }) => success))
    return others.reduce((sum, grant) => sum.combine(grant), first);
  throw new UsageError(
    `${call} must be given a role, a user or a group, whose policy it can add to; got a principal without a policy`,
  );
}

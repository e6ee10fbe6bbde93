import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { UsageError } from '../config/errors.ts';

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
export interface Granted {
  /** The bucket. */
  readonly bucket: s3.IBucket;
  /** Its ARN, or a pattern of it, without a reference: the bucket depends on its key, so the key cannot on the bucket. */
  readonly arnInKeyPolicy: string;
}

/** {@link grantTo}, and by the policies of the bucket and of its key where the grantee is of another account. */
export function grantToOrOn(
  { bucket, arnInKeyPolicy }: Granted,
  grantee: iam.IGrantable,
  permissions: readonly Permission[],
  what: string,
): iam.Grant {
  const grants = permissions.map((permission) => {
    const options = { grantee, ...grantOptions(permission) };
    if (!permission.actions[0]?.startsWith('kms:')) {
      return iam.Grant.addToPrincipalOrResource({ ...options, resource: bucket });
    }
    const key = bucket.encryptionKey;
    if (!key) return iam.Grant.addToPrincipal(options);
    const resource: iam.IResourceWithPolicy = Object.create(key, {
      addToResourcePolicy: {
        value: (statement: iam.PolicyStatement) => key.addToResourcePolicy(inKeyPolicy(statement, arnInKeyPolicy)),
      },
    });
    return iam.Grant.addToPrincipalOrResource({ ...options, resource });
  });
  return allOf(grants, what);
}

/** In a key's policy, the key itself is `*`. */
function inKeyPolicy(statement: iam.PolicyStatement, bucketArn: string): iam.PolicyStatement {
  const { [ENCRYPTION_CONTEXT]: _reference, ...StringEquals } = statement.conditions.StringEquals;
  const conditions = { StringEquals, StringLike: { [ENCRYPTION_CONTEXT]: bucketArn } };
  return statement.copy({ resources: ['*'], conditions });
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

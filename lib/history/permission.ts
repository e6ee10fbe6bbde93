import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { UsageError } from '../config/errors.ts';

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

/** {@link grantTo}, and by the policies of the bucket and of its key where the grantee is of another account. */
export function grantToOrOn(
  bucket: s3.IBucket,
  grantee: iam.IGrantable,
  permissions: readonly Permission[],
  what: string,
): iam.Grant {
  const grants = permissions.map((permission) => {
    const options = { grantee, ...grantOptions(permission) };
    if (!permission.actions[0]?.startsWith('kms:')) {
      return iam.Grant.addToPrincipalOrResource({ ...options, resource: bucket });
    }
    const resource = bucket.encryptionKey;
    if (!resource) return iam.Grant.addToPrincipal(options);
    // In a key's policy, the key itself.
    return iam.Grant.addToPrincipalOrResource({ ...options, resource, resourceSelfArns: ['*'] });
  });
  return allOf(grants, what);
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

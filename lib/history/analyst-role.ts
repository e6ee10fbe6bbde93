import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { UsageError } from '../config/errors.ts';

/**
 * Maximum number of accounts in a role's trust policy: it has 2,048 characters, and an account takes 41 at most.
 * Source: IAM User Guide, "IAM and AWS STS quotas", Role trust policy length.
 */
export const MAX_ANALYST_ACCOUNTS = 40;

/** A principal with one statement for all accounts. CompositePrincipal makes one for each, of which only a dozen would fit. */
class AccountsPrincipal extends iam.PrincipalBase {
  private readonly accounts: readonly string[];

  constructor(accounts: readonly string[]) {
    super();
    this.accounts = accounts;
  }

  override get policyFragment(): iam.PrincipalPolicyFragment {
    return new iam.PrincipalPolicyFragment({
      AWS: this.accounts.map((account) => new iam.AccountPrincipal(account).arn),
    });
  }

  override dedupeString(): string {
    return `AccountsPrincipal:${this.accounts.join(',')}`;
  }
}

/**
 * Makes the role that analysts of other accounts assume. The policies of those accounts decide who may assume it.
 *
 * @throws UsageError where there are more accounts than fit into the trust policy
 */
export function analystRole(scope: Construct, accounts: readonly string[], policy: iam.IManagedPolicy): iam.Role {
  const unique = [...new Set(accounts)].sort();
  if (unique.length > MAX_ANALYST_ACCOUNTS) {
    throw new UsageError(
      `${scope.node.path}: analystAccounts must name ${MAX_ANALYST_ACCOUNTS} accounts at most, for a role's trust policy ` +
        `holds 2048 characters; got ${unique.length}: attach the policy of the analysts to roles of your own`,
    );
  }
  return new iam.Role(scope, 'AnalystRole', {
    description: 'Query the history of AWS IoT jobs in Athena, from other accounts',
    assumedBy: new AccountsPrincipal(unique),
    managedPolicies: [policy],
  });
}

import type { Account, Answer } from './account.ts';

/** A statement of the policy of the function's role. */
export interface RoleStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface RolePolicy {
  readonly named: readonly string[];
  readonly document: { readonly Statement: readonly RoleStatement[] };
}

/** What the role of the account's one exporter allows. */
export function roleStatements(account: Account): readonly RoleStatement[] {
  return rolePolicy(account).document.Statement;
}

/** Does something while that role lacks an action that has a statement of its own. */
export async function withoutAction(account: Account, action: string, work: () => Promise<void>): Promise<void> {
  const { named, document } = rolePolicy(account);
  const left = document.Statement.filter(({ Action: allowed }) => allowed !== action);
  if (left.length !== document.Statement.length - 1) throw new Error(`No statement of the role is of ${action} alone`);
  const put = (policy: object) =>
    account.aws('iam', 'put-role-policy', ...named, '--policy-document', JSON.stringify(policy));
  put({ ...document, Statement: left });
  try {
    await work();
  } finally {
    put(document);
  }
}

function rolePolicy(account: Account): RolePolicy {
  const { Roles: roles } = account.aws('iam', 'list-roles');
  const role = roles.find(({ RoleName: name }: Answer) => /FunctionRole|FunctionServiceRole/.test(name)).RoleName;
  const [policy] = account.aws('iam', 'list-role-policies', '--role-name', role).PolicyNames;
  const named = ['--role-name', role, '--policy-name', policy];
  return { named, document: account.aws('iam', 'get-role-policy', ...named).PolicyDocument };
}

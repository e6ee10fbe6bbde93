import { Aws, Fn, type ICfnConditionExpression, Stack } from 'aws-cdk-lib';
import type { Target } from '../config/config.ts';
import type { StackSetOptions } from '../config/organization.ts';

/** Where a StackSet makes a stack without an exporter. */
export interface ExcludedPlace {
  /** Account, 12 digits. */
  readonly account: string;
  /**
   * Regions of the account.
   *
   * @default - all
   */
  readonly regions?: readonly string[];
}

/** A template of AWS CloudFormation, as far as it matters here. */
interface TemplateParts {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Condition?: string }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Condition?: string }>>;
}

/** Name of the condition under which a stack has an exporter. */
const CONDITION = 'Exports';
/** A resource that is nothing: whether a stack may have no resource at all is not documented. It costs nothing. */
const PLACEHOLDER = { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

/**
 * A template whose stacks have an exporter in all accounts and Regions but these.
 *
 * Filters of a StackSet's accounts do not do: automatic deployment considers none of them, so an account that is left out
 * and joins later would export. Source: AWS CloudFormation User Guide, "Enable or disable automatic deployments for
 * StackSets in AWS Organizations", Considerations.
 *
 * @param template JSON
 */
export function excludePlaces(template: string, places: readonly ExcludedPlace[]): string {
  if (places.length === 0) return template;
  const { Conditions, Resources, Outputs, ...rest } = JSON.parse(template) as TemplateParts;
  if (Conditions) throw new Error('A template with conditions cannot get another one');
  const conditioned = (items: Readonly<Record<string, object>>) =>
    Object.fromEntries(Object.entries(items).map(([id, item]) => [id, { ...item, Condition: CONDITION }]));
  return JSON.stringify(
    {
      ...rest,
      Conditions: { [CONDITION]: exportsCondition(places) },
      Resources: { ...conditioned(Resources), ...PLACEHOLDER },
      ...(Outputs && { Outputs: conditioned(Outputs) }),
    },
    undefined,
    1,
  );
}

/** `Fn.conditionOr` puts ten conditions into each Fn::Or, which takes no more. */
function exportsCondition(places: readonly ExcludedPlace[]): unknown {
  const isAt = (place: ExcludedPlace): ICfnConditionExpression => {
    const isAccount = Fn.conditionEquals(Aws.ACCOUNT_ID, place.account);
    return place.regions
      ? Fn.conditionAnd(isAccount, anyOf(place.regions.map((region) => Fn.conditionEquals(Aws.REGION, region))))
      : isAccount;
  };
  return new Stack().resolve(Fn.conditionNot(anyOf(places.map(isAt))));
}

function anyOf(conditions: readonly ICfnConditionExpression[]): ICfnConditionExpression {
  const [first, ...others] = conditions;
  return first && others.length === 0 ? first : Fn.conditionOr(...conditions);
}

/**
 * Where the StackSet of an organization makes no exporter: accounts that the configuration excludes, and places with a stack
 * of their own, which would export twice.
 */
export function excludedPlaces(
  { excludeAccounts, regions }: Pick<StackSetOptions, 'excludeAccounts' | 'regions'>,
  targets: readonly Target[],
): ExcludedPlace[] {
  const ownStacks = new Map<string, Set<string>>();
  for (const { account, regions: ofTarget } of targets) {
    if (excludeAccounts.includes(account)) continue;
    const common = ofTarget.filter((region) => regions.includes(region));
    if (common.length > 0) ownStacks.set(account, new Set([...(ownStacks.get(account) ?? []), ...common]));
  }
  return [
    ...excludeAccounts.map((account) => ({ account })),
    ...[...ownStacks].map(([account, common]) =>
      common.size === regions.length ? { account } : { account, regions: [...common] },
    ),
  ];
}

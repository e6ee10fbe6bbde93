import { Aws, Fn, type ICfnConditionExpression, Stack } from 'aws-cdk-lib';
import type { Target } from '../config/config.ts';
import type { StackSetOptions } from '../config/organization.ts';

/** An account, or Regions of it, in which a StackSet makes a stack without an exporter. */
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

/** The used parts of a CloudFormation template. */
interface TemplateParts {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Condition?: string }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Condition?: string }>>;
}

/** Name of the condition under which a stack has an exporter. */
const CONDITION = 'Exports';
/** A resource without an effect or costs: AWS does not document whether a stack may have no resources. */
const PLACEHOLDER = { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

/**
 * Changes a template so that its stacks have no exporter in the given accounts and Regions.
 *
 * Account filters of a StackSet are not enough: automatic deployment ignores them, so an excluded account that joins later
 * would export. Source: AWS CloudFormation User Guide, "Enable or disable automatic deployments for StackSets in AWS
 * Organizations", Considerations.
 *
 * @param template template as JSON
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

/** Condition that the stack has an exporter. `Fn.conditionOr` nests Fn::Or, which takes ten conditions at most. */
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
 * Gives the places where the StackSet of an organization makes no exporter: accounts that the configuration excludes, and
 * targets, which would export twice.
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

import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An account and a Region. Each is a token where it is known only at deployment. */
export interface Place {
  /** Account, 12 digits. */
  readonly account: string;
  /** Region. */
  readonly region: string;
}

/** Account and Region of a construct's stack. */
export function placeOf(construct: IConstruct): Place {
  const { account, region } = Stack.of(construct);
  return { account, region };
}

/** Whether both are known only at deployment. Like CDK, this package assumes that such stacks are in one environment. */
export function areBothUnknown(one: string, other: string): boolean {
  return (
    Token.compareStrings(one, other) === TokenComparison.BOTH_UNRESOLVED || (one === other && Token.isUnresolved(one))
  );
}

/** Whether two accounts or Regions are the same, or both known only at deployment. */
export function isSame(one: string, other: string): boolean {
  return one === other || areBothUnknown(one, other);
}

/** Whether two places are the same, or both known only at deployment. */
export function isSameEnvironment(one: Place, other: Place): boolean {
  return isSame(one.account, other.account) && isSame(one.region, other.region);
}

/** Describes a place, for messages. */
export function describePlace({ account, region }: Place): string {
  const known = (value: string, what: string) => (Token.isUnresolved(value) ? `an unknown ${what}` : value);
  return `${known(account, 'account')}, ${known(region, 'Region')}`;
}

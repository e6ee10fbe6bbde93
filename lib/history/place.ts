import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An account and a Region, each a token where the stack's environment is known at deployment alone. */
export interface Place {
  /** Account, 12 digits. */
  readonly account: string;
  /** Region. */
  readonly region: string;
}

/** Where the stack of a construct is. */
export function placeOf(construct: IConstruct): Place {
  const { account, region } = Stack.of(construct);
  return { account, region };
}

/** Whether both are known at deployment alone. CDK takes such stacks to be in one environment, as do we. */
export function areBothUnknown(one: string, other: string): boolean {
  return (
    Token.compareStrings(one, other) === TokenComparison.BOTH_UNRESOLVED || (one === other && Token.isUnresolved(one))
  );
}

/** Whether two values of an environment are the same, or both known at deployment alone. */
export function isSame(one: string, other: string): boolean {
  return one === other || areBothUnknown(one, other);
}

/** Whether two places are one. */
export function isSameEnvironment(one: Place, other: Place): boolean {
  return isSame(one.account, other.account) && isSame(one.region, other.region);
}

/** A place for messages. */
export function describePlace({ account, region }: Place): string {
  const known = (value: string, what: string) => (Token.isUnresolved(value) ? `an unknown ${what}` : value);
  return `${known(account, 'account')}, ${known(region, 'Region')}`;
}

import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isSameEnvironment, placeOf } from './place.ts';

/** The histories of an app by the names of their databases. */
const HISTORIES = new WeakMap<IConstruct, Map<string, IConstruct[]>>();

/**
 * Refuses, at synthesis, a second history with a database of that name in one account and Region, which has each name once.
 * Of two stacks whose environment is known at deployment alone, each may be meant for an account of its own.
 */
export function refuseSharedDatabase(history: IConstruct, databaseName: string): void {
  const { root } = history.node;
  const histories = HISTORIES.get(root) ?? new Map<string, IConstruct[]>();
  HISTORIES.set(root, histories);
  const existing = histories.get(databaseName) ?? [];
  histories.set(databaseName, [...existing, history]);
  const first = existing.find((one) => areInOnePlace(one, history));
  if (!first) return;
  const message =
    `${history.node.path} must not have the databaseName ${JSON.stringify(databaseName)}, which ${first.node.path} has in ` +
    'the same account and Region: give it another one';
  history.node.addValidation({ validate: () => [message] });
}

function areInOnePlace(one: IConstruct, other: IConstruct): boolean {
  const place = placeOf(other);
  const isKnown = ![place.account, place.region].some((value) => Token.isUnresolved(value));
  return Stack.of(one) === Stack.of(other) || (isKnown && isSameEnvironment(placeOf(one), place));
}

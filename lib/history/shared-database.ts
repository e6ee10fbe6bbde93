import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isSameEnvironment, placeOf } from './place.ts';

/** The histories of each app, by the names of their databases. */
const HISTORIES = new WeakMap<IConstruct, Map<string, IConstruct[]>>();

/**
 * Refuses, at synthesis, a second history with the same name of the database in one account and Region. Two stacks whose
 * environment is known only at deployment are not refused, since they may be for different accounts.
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

import { Token } from 'aws-cdk-lib';
import type * as v from 'valibot';
import { refusal } from '../../lambda/contract/rules.ts';

/**
 * Keys whose values may be tokens, which get their value at deployment: they are only copied into the template. All other
 * values are needed at synthesis, for names, schedules and thresholds.
 */
const KEYS_WITH_TOKENS = new Set<unknown>([
  'alarmTopicArn',
  'topicArn',
  'thingGroups',
  'thingGroupIds',
  'namespaceId',
  'retiredKeys',
]);

/** Removes the issues of tokens whose key takes tokens, and gives a message of its own to those of other tokens. */
export function withoutAllowedTokens(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown>[] {
  return issues.flatMap((issue) => {
    if (!isToken(issue.input)) return [issue];
    const takesTokens = issue.path?.some(({ key }) => KEYS_WITH_TOKENS.has(key)) ?? false;
    if (takesTokens && typeof issue.input === 'string' && Token.isUnresolved(issue.input)) return [];
    const message = takesTokens
      ? 'may hold tokens of CDK as its single texts alone: write them as a literal list or object'
      : 'must be known when the app is synthesized, so it cannot be a token of CDK';
    return [{ ...issue, message: refusal(message, issue.input) }];
  });
}

/** A list that is a token contains one string, which alone does not look like a token. */
function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && Token.isUnresolved([value]));
}

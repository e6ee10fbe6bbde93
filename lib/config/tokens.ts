import { Token } from 'aws-cdk-lib';
import type * as v from 'valibot';
import { refusal } from '../../lambda/contract/rules.ts';

/**
 * Keys whose text may be a token, a value that CDK knows at deployment alone: it goes into the template and nothing is
 * worked out from it. All others name resources, or schedules and thresholds are reckoned from them.
 */
const TAKING_TOKENS = new Set<unknown>([
  'alarmTopicArn',
  'topicArn',
  'thingGroups',
  'thingGroupIds',
  'namespaceId',
  'retiredKeys',
]);

/** What is wrong with a value, where it is not a token that its key takes. A token matches no pattern: none is held to it. */
export function mistakesButTokens(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown>[] {
  return issues.flatMap((issue) => {
    if (!isToken(issue.input)) return [issue];
    const takesTokens = issue.path?.some(({ key }) => TAKING_TOKENS.has(key)) ?? false;
    if (takesTokens && typeof issue.input === 'string' && Token.isUnresolved(issue.input)) return [];
    const message = takesTokens
      ? 'may hold tokens of CDK as its single texts alone: write them as a literal list or object'
      : 'must be known when the app is synthesized, so it cannot be a token of CDK';
    return [{ ...issue, message: refusal(message, issue.input) }];
  });
}

/** A list that is a token shows as the one text in it. */
function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && Token.isUnresolved([value]));
}

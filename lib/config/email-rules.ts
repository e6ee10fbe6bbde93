import { refusal } from '../../lambda/contract/rules.ts';
import type { AlarmOptions } from './alarm-config.ts';
import type { Hub } from './hub-config.ts';

/** Addresses are subscribed to the stack's own topic, so there must be one. */
export function emailMistakes({
  alarmEmails = [],
  alarmTopicArn,
}: Pick<AlarmOptions | Hub, 'alarmEmails' | 'alarmTopicArn'>): string[] {
  if (alarmEmails.length === 0 || alarmTopicArn === undefined) return [];
  const mend = 'subscribe the addresses to that topic yourself, or remove alarmTopicArn';
  return [refusal(`alarmEmails must be left out with alarmTopicArn: ${mend}`, alarmEmails)];
}

/** With targets or an organization each address would be asked to confirm once for each account and Region. */
export function emailMistakesOfMany({ alarmEmails }: AlarmOptions, path: string): string[] {
  if (!alarmEmails || alarmEmails.length === 0) return [];
  const mend =
    'each address would have to confirm a subscription in each account and Region; name them in history.alarmEmails for ' +
    "the hub's alarms, or subscribe them to a topic for each Region and give it as alarmTopicArn, as " +
    'arn:aws:sns:{region}:111111111111:on-call';
  return [refusal(`${path}alarmEmails must be left out with targets and organization: ${mend}`, alarmEmails)];
}

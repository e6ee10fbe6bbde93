import { refusal } from '../../lambda/contract/rules.ts';
import type { AlarmOptions } from './alarm-config.ts';
import type { Hub } from './hub-config.ts';

/** Addresses are subscribed to the stack's own topic, which does not exist with `alarmTopicArn`. */
export function emailMistakes({
  alarmEmails = [],
  alarmTopicArn,
}: Pick<AlarmOptions | Hub, 'alarmEmails' | 'alarmTopicArn'>): string[] {
  if (alarmEmails.length === 0 || alarmTopicArn === undefined) return [];
  const advice = 'subscribe the addresses to that topic yourself, or remove alarmTopicArn';
  return [refusal(`alarmEmails must be left out with alarmTopicArn: ${advice}`, alarmEmails)];
}

/** With targets or an organization each address would have to confirm a subscription for each account and Region. */
export function emailMistakesOfMany({ alarmEmails }: AlarmOptions, path: string): string[] {
  if (!alarmEmails || alarmEmails.length === 0) return [];
  const advice =
    'each address would have to confirm a subscription in each account and Region; name them in history.alarmEmails for ' +
    "the hub's alarms, or subscribe them to a topic for each Region and give it as alarmTopicArn, as " +
    'arn:aws:sns:{region}:111111111111:on-call';
  return [refusal(`${path}alarmEmails must be left out with targets and organization: ${advice}`, alarmEmails)];
}

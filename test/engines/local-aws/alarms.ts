import type { Account } from './account.ts';

/**
 * States of an account's alarms, by what their description says: the runbook's section, and the export for which there
 * is one, as `no-snapshot all`.
 */
export function alarmStates(account: Account): Record<string, string> {
  const { MetricAlarms: alarms } = account.aws('cloudwatch', 'describe-alarms');
  return Object.fromEntries(
    alarms.map(({ AlarmDescription: text, StateValue: state }: { AlarmDescription: string; StateValue: string }) => {
      const section = /#(?<section>[a-z-]+)$/.exec(text)?.groups?.section;
      const name = /[Ee]xport (?<name>[a-z0-9-]+)/.exec(text)?.groups?.name;
      return [[section, name].filter(Boolean).join(' '), state];
    }),
  );
}

import type { Account } from './account.ts';

interface Described {
  readonly AlarmDescription: string;
  readonly StateValue: string;
}

/**
 * States of an account's alarms, by what their description says: the runbook's section, and the export for which there
 * is one, as `no-snapshot all`; of several snapshots on end with their number, as `count all 2`.
 */
export function alarmStates(account: Account): Record<string, string> {
  const types = ['--alarm-types', 'MetricAlarm', 'CompositeAlarm'];
  const { MetricAlarms: alarms, CompositeAlarms: composites } = account.aws('cloudwatch', 'describe-alarms', ...types);
  // An alarm without actions only suppresses another one.
  const notifying = composites.filter(({ AlarmActions: actions }: { AlarmActions?: string[] }) => actions?.length);
  return Object.fromEntries(
    [...alarms, ...notifying].map(({ AlarmDescription: text, StateValue: state }: Described) => {
      const section = /#(?<section>[a-z-]+)$/.exec(text)?.groups?.section;
      const ofFunction = section === 'function-failing';
      const name = ofFunction ? undefined : /[Ee]xport (?<name>[a-z0-9-]+)/.exec(text)?.groups?.name;
      const snapshots = /for (?<count>\d+) snapshots on end/.exec(text)?.groups?.count;
      return [[section, name, snapshots].filter(Boolean).join(' '), state];
    }),
  );
}

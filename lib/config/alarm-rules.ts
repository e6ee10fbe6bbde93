import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import type { CountAlarm } from './alarm-config.ts';
import { alarmName } from './alarm-name.ts';
import type { ExportConfig } from './config.ts';

/** Mistakes of an export's alarms, each of which would never leave INSUFFICIENT_DATA, never go off or never return. */
export function alarmMistakes(config: ExportConfig, path: string): string[] {
  const { alarms = [] } = config;
  const names = alarms.map(alarmName);
  return alarms.flatMap((alarm, index) => {
    const at = `${path}.alarms[${index}]`;
    const first = names.indexOf(names[index] ?? '');
    const twice =
      first === index ? [] : [refusal(`${at} must not be named as alarms[${first}]: give it a name`, names[index])];
    return [...twice, ...scopeMistakes(config, alarm, at), ...thresholdMistakes(alarm, at)];
  });
}

function scopeMistakes(config: ExportConfig, { status, thingGroup }: CountAlarm, at: string): string[] {
  const { statuses = JOB_STATUSES, thingGroups = [], thingGroupIds = [], metrics } = config;
  const groups = [...thingGroups, ...thingGroupIds];
  const mistakes: string[] = [];
  if (!statuses.includes(status)) {
    const mend = `must be a status that the export lists (${statuses.join(', ')}), or be added to its statuses`;
    mistakes.push(refusal(`${at}.status ${mend}`, status));
  }
  if (thingGroup === undefined && groups.length > 0) {
    const mend = 'must be there, for this export counts by thing group: name one that it lists';
    mistakes.push(refusal(`${at}.thingGroup ${mend}`, undefined));
  }
  if (thingGroup !== undefined && !groups.includes(thingGroup)) {
    const mend = groups.length > 0 ? 'a thing group that the export lists' : 'left out: the export is account-wide';
    mistakes.push(refusal(`${at}.thingGroup must be ${mend}`, thingGroup));
  }
  if (thingGroup !== undefined && metrics?.perThingGroup === false) {
    mistakes.push(`${at} needs the counts of thing groups: set metrics.perThingGroup to true, or remove the alarm`);
  }
  return mistakes;
}

function thresholdMistakes({ comparison, threshold, anomaly, forSnapshots }: CountAlarm, at: string): string[] {
  if (anomaly) {
    const leftOut = 'must be left out with anomaly: CloudWatch works out what it expects by itself';
    return [
      ...(threshold === undefined ? [] : [refusal(`${at}.threshold ${leftOut}`, threshold)]),
      ...(forSnapshots === undefined ? [] : [refusal(`${at}.forSnapshots ${leftOut}`, forSnapshots)]),
      ...(comparison === '>' || comparison === '<'
        ? []
        : [refusal(`${at}.comparison must be > (above what is expected) or < (below it) with anomaly`, comparison)]),
    ];
  }
  if (threshold === undefined) {
    return [refusal(`${at}.threshold must be there, or anomaly must be true`, undefined)];
  }
  if (comparison === '<' && threshold === 0) {
    return [`${at} can never go off: no count is below 0; write comparison "<=" for none at all`];
  }
  if (comparison === '>=' && threshold === 0) {
    return [`${at} would always be on: every count is 0 or more; write comparison ">", or a higher threshold`];
  }
  return [];
}

import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import { countWindow, furthestLookBack, longestPeriodSeconds } from '../schedule/alarm-windows.ts';
import { isTimeZone, scheduleMistake } from '../schedule/schedule.ts';
import type { CountAlarm } from './alarm-config.ts';
import type { ExportConfig } from './config.ts';

const SLUGS = { '>': 'above', '>=': 'at-least', '<': 'below', '<=': 'at-most' } as const;

/** What tells an alarm from others of its export. */
export function alarmName({ name, status, thingGroup, comparison, threshold }: CountAlarm): string {
  const made = [status.toLowerCase().replaceAll('_', '-'), thingGroup, SLUGS[comparison], threshold];
  return name ?? made.filter((part) => part !== undefined).join('-');
}

/** Mistakes of an export's alarms, each of which would never leave INSUFFICIENT_DATA or never go off. */
export function alarmMistakes(config: ExportConfig, path: string): string[] {
  const { alarms = [] } = config;
  const names = alarms.map(alarmName);
  return alarms.flatMap((alarm, index) => {
    const at = `${path}.alarms[${index}]`;
    const first = names.indexOf(names[index] ?? '');
    const twice =
      first === index ? [] : [refusal(`${at} must not be named as alarms[${first}]: give it a name`, names[index])];
    return [...twice, ...scopeMistakes(config, alarm, at), ...periodMistakes(config, alarm, at)];
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

function periodMistakes(config: ExportConfig, { comparison, threshold, forSnapshots = 1 }: CountAlarm, at: string) {
  const mistakes: string[] = [];
  if (comparison === '<' && threshold === 0) {
    mistakes.push(`${at} can never go off: no count is below 0; write comparison "<=" for none at all`);
  }
  if (comparison === '>=' && threshold === 0) {
    mistakes.push(`${at} would always be on: every count is 0 or more; write comparison ">", or a higher threshold`);
  }
  const { schedule, timeZone } = config;
  const unknown = scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone));
  if (unknown || countWindow(config, forSnapshots)) return mistakes;
  const period = longestPeriodSeconds(config);
  const most = Math.floor(furthestLookBack(period) / period);
  const mend =
    most > 0
      ? `must be at most ${most} with this schedule, or CloudWatch would not look back so far`
      : `cannot be held: up to ${Number((period / 86_400).toFixed(1))} days pass between two snapshots, and CloudWatch ` +
        'looks back 7 at most; run the export more often, or remove the alarm';
  return [...mistakes, refusal(`${at}.forSnapshots ${mend}`, forSnapshots)];
}

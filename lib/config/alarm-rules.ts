import { JOB_STATUSES, type JobStatus, STATUSES_AFTER } from '../../lambda/contract/jobs.ts';
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
    return [
      ...twice,
      ...statusMistakes(config, alarm, at),
      ...groupMistakes(config, alarm, at),
      ...thresholdMistakes(alarm, at),
    ];
  });
}

/** What is said of an alarm that is no mistake. */
export interface AlarmWarning {
  /** Name of the alarm. */
  readonly alarm: string;
  /** The warning, in sentences. */
  readonly text: string;
}

/**
 * Says so where an alarm on jobs that move does not see all of them, for the export does not list every status from which
 * they come.
 */
export function alarmWarnings({ name, statuses = JOB_STATUSES, alarms = [] }: ExportConfig): AlarmWarning[] {
  return alarms.flatMap((alarm) => {
    const { movedTo } = alarm;
    const unlisted = statusesBefore(movedTo).filter((from) => !statuses.includes(from));
    if (movedTo === undefined || unlisted.length === 0) return [];
    const text =
      `The alarm ${alarmName(alarm)} of export ${name} does not count jobs that come to ${movedTo} from ` +
      `${unlisted.join(' or ')}, which the export does not list. Add ${unlisted.length === 1 ? 'it' : 'them'} to its ` +
      'statuses, unless this is what you mean.';
    return [{ alarm: alarmName(alarm), text }];
  });
}

function statusMistakes(
  { statuses = JOB_STATUSES }: ExportConfig,
  { status, movedTo }: CountAlarm,
  at: string,
): string[] {
  const watched = status ?? movedTo;
  const key = `${at}.${movedTo === undefined ? 'status' : 'movedTo'}`;
  if (!statuses.includes(watched)) {
    const mend = `must be a status that the export lists (${statuses.join(', ')}), or be added to its statuses`;
    return [refusal(`${key} ${mend}`, watched)];
  }
  // Jobs begin in the first two, so there are new ones to count where nothing else is listed.
  const before = statusesBefore(movedTo);
  if (watched === 'SCHEDULED' || watched === 'IN_PROGRESS' || before.length === 0) return [];
  if (before.some((from) => statuses.includes(from))) return [];
  const mend = `must be a status whose jobs the export sees before: add one of ${before.join(', ')} to its statuses`;
  return [refusal(`${key} ${mend}`, movedTo)];
}

/** Statuses from which jobs come to another one. */
function statusesBefore(status: JobStatus | undefined): JobStatus[] {
  return JOB_STATUSES.filter((from) => status !== undefined && STATUSES_AFTER[from].includes(status));
}

function groupMistakes(
  { thingGroups = [], thingGroupIds = [], metrics }: ExportConfig,
  { thingGroup, movedTo }: CountAlarm,
  at: string,
): string[] {
  const groups = [...thingGroups, ...thingGroupIds];
  const mistakes: string[] = [];
  if (thingGroup === undefined && groups.length > 0) {
    const mend = 'must be there, for this export counts by thing group: name one that it lists';
    mistakes.push(refusal(`${at}.thingGroup ${mend}`, undefined));
  }
  if (thingGroup !== undefined && !groups.includes(thingGroup)) {
    const mend = groups.length > 0 ? 'a thing group that the export lists' : 'left out: the export is account-wide';
    mistakes.push(refusal(`${at}.thingGroup must be ${mend}`, thingGroup));
  }
  if (thingGroup !== undefined && metrics?.perThingGroup === false && movedTo === undefined) {
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

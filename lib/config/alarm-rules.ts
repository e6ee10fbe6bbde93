import { JOB_STATUSES, type JobStatus, STATUSES_AFTER } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import type { CountAlarm } from './alarm-config.ts';
import { alarmName } from './alarm-name.ts';
import type { ExportConfig } from './config.ts';

/** Finds mistakes in an export's alarms: alarms that would have no data, never go off, or never return to OK. */
export function alarmMistakes(config: ExportConfig, path: string): string[] {
  const { alarms = [] } = config;
  const names = alarms.map(alarmName);
  return alarms.flatMap((alarm, index) => {
    const alarmPath = `${path}.alarms[${index}]`;
    const first = names.indexOf(names[index] ?? '');
    const duplicate =
      first === index
        ? []
        : [refusal(`${alarmPath} must not be named as alarms[${first}]: give it a name`, names[index])];
    return [
      ...duplicate,
      ...statusMistakes(config, alarm, alarmPath),
      ...groupMistakes(config, alarm, alarmPath),
      ...thresholdMistakes(alarm, alarmPath),
    ];
  });
}

/** A warning about an alarm that is valid. */
export interface AlarmWarning {
  /** Name of the alarm. */
  readonly alarm: string;
  /** The warning, in sentences. */
  readonly text: string;
}

/**
 * Warns of alarms with `movedTo` that do not count all jobs, since the export does not list every status from which jobs
 * reach that one.
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
  alarmPath: string,
): string[] {
  const watched = status ?? movedTo;
  const key = `${alarmPath}.${movedTo === undefined ? 'status' : 'movedTo'}`;
  if (!statuses.includes(watched)) {
    const requirement = `must be a status that the export lists (${statuses.join(', ')}), or be added to its statuses`;
    return [refusal(`${key} ${requirement}`, watched)];
  }
  // New jobs are SCHEDULED or IN_PROGRESS, so these need no other listed status.
  const before = statusesBefore(movedTo);
  if (watched === 'SCHEDULED' || watched === 'IN_PROGRESS' || before.length === 0) return [];
  if (before.some((from) => statuses.includes(from))) return [];
  const requirement = `must be a status whose jobs the export sees before: add one of ${before.join(', ')} to its statuses`;
  return [refusal(`${key} ${requirement}`, movedTo)];
}

/** Statuses from which jobs can move directly to a status. */
function statusesBefore(status: JobStatus | undefined): JobStatus[] {
  return JOB_STATUSES.filter((from) => status !== undefined && STATUSES_AFTER[from].includes(status));
}

function groupMistakes(
  { thingGroups = [], thingGroupIds = [], metrics }: ExportConfig,
  { thingGroup, movedTo }: CountAlarm,
  alarmPath: string,
): string[] {
  const groups = [...thingGroups, ...thingGroupIds];
  const mistakes: string[] = [];
  if (thingGroup === undefined && groups.length > 0) {
    const requirement = 'must be there, for this export counts by thing group: name one that it lists';
    mistakes.push(refusal(`${alarmPath}.thingGroup ${requirement}`, undefined));
  }
  if (thingGroup !== undefined && !groups.includes(thingGroup)) {
    const requirement =
      groups.length > 0 ? 'a thing group that the export lists' : 'left out: the export is account-wide';
    mistakes.push(refusal(`${alarmPath}.thingGroup must be ${requirement}`, thingGroup));
  }
  if (thingGroup !== undefined && metrics?.perThingGroup === false && movedTo === undefined) {
    mistakes.push(
      `${alarmPath} needs the counts of thing groups: set metrics.perThingGroup to true, or remove the alarm`,
    );
  }
  return mistakes;
}

function thresholdMistakes({ comparison, threshold, anomaly, forSnapshots }: CountAlarm, alarmPath: string): string[] {
  if (anomaly) {
    const requirement = 'must be left out with anomaly: CloudWatch works out what it expects by itself';
    return [
      ...(threshold === undefined ? [] : [refusal(`${alarmPath}.threshold ${requirement}`, threshold)]),
      ...(forSnapshots === undefined ? [] : [refusal(`${alarmPath}.forSnapshots ${requirement}`, forSnapshots)]),
      ...(comparison === '>' || comparison === '<'
        ? []
        : [
            refusal(
              `${alarmPath}.comparison must be > (above what is expected) or < (below it) with anomaly`,
              comparison,
            ),
          ]),
    ];
  }
  if (threshold === undefined) {
    return [refusal(`${alarmPath}.threshold must be there, or anomaly must be true`, undefined)];
  }
  if (comparison === '<' && threshold === 0) {
    return [`${alarmPath} can never go off: no count is below 0; write comparison "<=" for none at all`];
  }
  if (comparison === '>=' && threshold === 0) {
    return [`${alarmPath} would always be on: every count is 0 or more; write comparison ">", or a higher threshold`];
  }
  return [];
}

import * as v from 'valibot';
import {
  ALARM_NAME,
  COMPARISONS,
  type CountedAlarm,
  type CountedMovesAlarm,
  type CountedStatusAlarm,
  isOfMoves,
  listedStatus,
  MAX_COUNTED_SNAPSHOTS,
  MAX_THRESHOLD,
  MIN_COUNTED_SNAPSHOTS,
} from './contract/count-alarm.ts';
import type { ExportEvent } from './contract/event.ts';
import { JOB_STATUSES } from './contract/jobs.ts';
import { oneOf, refusal, rule, string, text, wholeNumber } from './contract/rules.ts';

/** The message for an object with a missing or an unknown field. */
export const strictObjectMessage = (what: string, entries: object) => (issue: v.StrictObjectIssue) => {
  if (!issue.path) return refusal('must be an object', issue.input);
  return issue.expected === 'never'
    ? `is not a field of ${what}; the fields are ${Object.keys(entries).join(', ')}`
    : refusal('must be there', issue.input);
};

const entries = {
  name: text(ALARM_NAME),
  thingGroup: v.optional(string('a thing group of the event, by name or id')),
  comparison: oneOf(COMPARISONS),
  threshold: wholeNumber(0, MAX_THRESHOLD),
};

const ofStatusEntries = {
  ...entries,
  status: oneOf(JOB_STATUSES),
  forSnapshots: wholeNumber(MIN_COUNTED_SNAPSHOTS, MAX_COUNTED_SNAPSHOTS),
};
const ofMovesEntries = {
  ...entries,
  movedTo: oneOf(JOB_STATUSES),
  forSnapshots: wholeNumber(1, MAX_COUNTED_SNAPSHOTS),
};

const strict = strictObjectMessage('an alarm', { ...ofStatusEntries, ...ofMovesEntries });
const strictnessOfAlarm = (issue: v.StrictObjectIssue) => {
  if (issue.path?.at(-1)?.key !== 'status') return strict(issue);
  return issue.expected === 'never'
    ? 'must be left out with movedTo: an alarm is on one of the two'
    : refusal('must be there, or movedTo in its place', undefined);
};

const ofStatus: v.GenericSchema<unknown, CountedStatusAlarm> = v.strictObject(ofStatusEntries, strictnessOfAlarm);
const ofMoves: v.GenericSchema<unknown, CountedMovesAlarm> = v.strictObject(ofMovesEntries, strictnessOfAlarm);
const alarm: v.GenericSchema<unknown, CountedAlarm> = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'movedTo' in input ? ofMoves : ofStatus,
);

/** Schema of an event's alarms. {@link alarmMistakes} checks them against the other fields of the event. */
export const alarms = v.pipe(
  v.array(alarm, (issue) => refusal('must be a list', issue.input)),
  rule((list: CountedAlarm[]) => (list.length > 0 ? undefined : 'must hold an alarm, or be left out')),
);

/** Messages about alarms that contradict other fields of the event. Each field by itself is valid already. */
export function alarmMistakes({
  alarms = [],
  statuses = JOB_STATUSES,
  thingGroups = [],
  thingGroupIds = [],
}: ExportEvent): string[] {
  const groups = [...thingGroups, ...thingGroupIds];
  const names = alarms.map(({ name }) => name);
  return alarms.flatMap((alarm, i) => {
    const { name, thingGroup } = alarm;
    const at = `alarms.${i}`;
    const status = listedStatus(alarm);
    const statusAt = `${at}.${isOfMoves(alarm) ? 'movedTo' : 'status'}`;
    return [
      ...(names.indexOf(name) < i ? [`${at}.name ${refusal('must be of one alarm alone', name)}`] : []),
      ...(statuses.includes(status) ? [] : [`${statusAt} ${refusal('must be one that the event asks for', status)}`]),
      ...(thingGroup === undefined || groups.includes(thingGroup)
        ? []
        : [`${at}.thingGroup ${refusal('must be a thing group that the event lists', thingGroup)}`]),
      ...(thingGroup === undefined && groups.length > 0
        ? [`${at}.thingGroup ${refusal('must be there, because the event lists thing groups', thingGroup)}`]
        : []),
    ];
  });
}

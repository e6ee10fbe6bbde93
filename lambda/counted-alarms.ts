import * as v from 'valibot';
import {
  ALARM_NAME,
  COMPARISONS,
  type CountedAlarm,
  MAX_COUNTED_SNAPSHOTS,
  MAX_THRESHOLD,
  MIN_COUNTED_SNAPSHOTS,
} from './contract/count-alarm.ts';
import type { ExportEvent } from './contract/event.ts';
import { JOB_STATUSES } from './contract/jobs.ts';
import { oneOf, refusal, rule, string, text } from './contract/rules.ts';

/** The message of an object that lacks a field, or has one too many. */
export const strictness = (what: string, entries: object) => (issue: v.StrictObjectIssue) => {
  if (!issue.path) return refusal('must be an object', issue.input);
  return issue.expected === 'never'
    ? `is not a field of ${what}; the fields are ${Object.keys(entries).join(', ')}`
    : refusal('must be there', issue.input);
};

const wholeNumber = (least: number, most: number) => {
  const mustBe = `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number((issue) => refusal(mustBe, issue.input)),
    rule((value: number) => (Number.isSafeInteger(value) && value >= least && value <= most ? undefined : mustBe)),
  );
};

const entries = {
  name: text(ALARM_NAME),
  status: oneOf(JOB_STATUSES),
  thingGroup: v.optional(string('a thing group of the event, by name or id')),
  comparison: oneOf(COMPARISONS),
  threshold: wholeNumber(0, MAX_THRESHOLD),
  forSnapshots: wholeNumber(MIN_COUNTED_SNAPSHOTS, MAX_COUNTED_SNAPSHOTS),
};

const alarm: v.GenericSchema<unknown, CountedAlarm> = v.strictObject(entries, strictness('an alarm', entries));

/** The alarms of an event, each by itself; {@link badAlarms} compares them with the rest of it. */
export const alarms = v.pipe(
  v.array(alarm, (issue) => refusal('must be a list', issue.input)),
  rule((list: CountedAlarm[]) => (list.length > 0 ? undefined : 'must hold an alarm, or be left out')),
);

/** What is wrong with the alarms of an event whose fields are each right. */
export function badAlarms({
  alarms = [],
  statuses = JOB_STATUSES,
  thingGroups = [],
  thingGroupIds = [],
}: ExportEvent): string[] {
  const groups = [...thingGroups, ...thingGroupIds];
  const names = alarms.map(({ name }) => name);
  return alarms.flatMap(({ name, status, thingGroup }, i) => {
    const at = `alarms.${i}`;
    return [
      ...(names.indexOf(name) < i ? [`${at}.name ${refusal('must be of one alarm alone', name)}`] : []),
      ...(statuses.includes(status) ? [] : [`${at}.status ${refusal('must be one that the event asks for', status)}`]),
      ...(thingGroup === undefined || groups.includes(thingGroup)
        ? []
        : [`${at}.thingGroup ${refusal('must be a thing group that the event lists', thingGroup)}`]),
      ...(thingGroup === undefined && groups.length > 0
        ? [`${at}.thingGroup ${refusal('must be there, because the event lists thing groups', thingGroup)}`]
        : []),
    ];
  });
}

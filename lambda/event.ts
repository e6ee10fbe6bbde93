import * as v from 'valibot';
import { type EventSchedule, type ExportEvent, MAX_SCHEDULE_CHARACTERS } from './contract/event.ts';
import { JOB_STATUSES } from './contract/jobs.ts';
import { exportName, filters, refusal, rule, string, text, wholeNumber } from './contract/rules.ts';
import { DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES } from './contract/run-time.ts';
import type { SnapshotRequest } from './core/request.ts';
import { BadEventError } from './errors.ts';
import { alarmMistakes, alarms, strictObjectMessage } from './event-alarms.ts';
import { details, detailsMistakes, rollouts } from './event-details.ts';

/** How far ahead of the clock a scheduled time may be. Clocks differ a little. */
const MAX_AHEAD_MS = 5 * 60_000;

const TIME_FORM = 'a time to the second with a zone, such as 2026-11-23T18:00:00Z';
const SCHEDULED_TIME =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2}:\d{2})(?:\.0{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

export const scheduledTime = v.pipe(
  string(TIME_FORM),
  rule((time: string) => {
    if (!SCHEDULED_TIME.test(time)) return `must be ${TIME_FORM}`;
    if (!exists(time)) return 'must be a date and time that exist';
    return Date.parse(time) >= 0 ? undefined : 'must not lie before 1970';
  }),
);

const scheduleEntries = {
  expression: v.pipe(
    text({ pattern: /^(?:rate|cron)\(.+\)$/, mustBe: 'rate(…) or cron(…), as EventBridge Scheduler writes it' }),
    rule(({ length }: string) =>
      length > MAX_SCHEDULE_CHARACTERS ? `must have ${MAX_SCHEDULE_CHARACTERS} characters at most` : undefined,
    ),
  ),
  timeZone: text({ pattern: /^[A-Za-z0-9_+\-/]{1,50}$/, mustBe: 'a time zone by its IANA name' }),
};

const schedule: v.GenericSchema<unknown, EventSchedule> = v.strictObject(
  scheduleEntries,
  strictObjectMessage('the schedule', scheduleEntries),
);

const maxRunMinutes = wholeNumber(DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES);

const yesOrNo = v.boolean((issue) => refusal('must be true or false', issue.input));

const entries = {
  export: exportName,
  scheduledTime,
  ...filters,
  maxRunMinutes: v.optional(maxRunMinutes),
  schedule: v.optional(schedule),
  metricsPerThingGroup: v.optional(yesOrNo),
  changeMetrics: v.optional(yesOrNo),
  details: v.optional(details),
  rollouts: v.optional(rollouts),
  alarms: v.optional(alarms),
};

const fields: v.GenericSchema<unknown, ExportEvent> = v.strictObject(
  entries,
  strictObjectMessage('the event', entries),
);

// JavaScript treats a list as an object, so lists are refused first.
const eventSchema = v.pipe(
  v.unknown(),
  v.check(
    (event) => !Array.isArray(event),
    (issue) => refusal('must be an object', issue.input),
  ),
  fields,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const message of [...alarmMistakes(dataset.value), ...detailsMistakes(dataset.value)]) addIssue({ message });
  }),
);

/**
 * Parses an event that requests a snapshot.
 *
 * @param now the clock's time, epoch milliseconds
 * @throws BadEventError that names each invalid field, the value received and how to correct it
 */
export function parseEvent(
  event: unknown,
  now: number,
  where: { readonly accountId: string; readonly region: string },
): SnapshotRequest {
  const parsed = v.safeParse(eventSchema, event);
  if (!parsed.success) throw badEventError(parsed.issues);
  const { export: name, scheduledTime, statuses, thingGroups, thingGroupIds, ...others } = parsed.output;
  const scheduledAt = Date.parse(scheduledTime);
  if (scheduledAt > now + MAX_AHEAD_MS) {
    throw new BadEventError(
      `The event is not valid: scheduledTime ${refusal('must not lie in the future', scheduledTime)}: ` +
        `it is ${new Date(now).toISOString()} now, and this snapshot would take the place of the one that is due then`,
    );
  }
  return {
    ...where,
    exportName: name,
    scheduledAt,
    statuses: statuses ?? JOB_STATUSES,
    thingGroups: thingGroups ?? [],
    thingGroupIds: thingGroupIds ?? [],
    ...others,
  };
}

export function badEventError(issues: readonly v.BaseIssue<unknown>[]): BadEventError {
  const mistakes = issues.map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(' '));
  return new BadEventError(`The event is not valid: ${mistakes.join('; ')}`);
}

/** Whether a date and time exist. `Date.parse` reads 30 February as 2 March, so its result is compared with the text. */
function exists(text: string): boolean {
  const { date, time } = SCHEDULED_TIME.exec(text)?.groups ?? {};
  const local = new Date(`${date}T${time}Z`);
  return (
    !Number.isNaN(local.getTime()) &&
    local.toISOString().startsWith(`${date}T${time}`) &&
    !Number.isNaN(Date.parse(text))
  );
}

import * as v from 'valibot';
import type { ExportEvent } from './contract/event.ts';
import {
  EXPORT_NAME,
  JOB_STATUSES,
  NAMESPACE_ID,
  TARGET_SELECTIONS,
  type TextRule,
  THING_GROUP_ID,
  THING_GROUP_NAME,
} from './contract/jobs.ts';
import type { SnapshotRequest } from './core/request.ts';
import { BadEventError } from './errors.ts';

/** How far ahead of the clock a scheduled time may be: clocks differ a little. */
const MAX_AHEAD_MS = 5 * 60_000;
/** Text of a value received, in a message at most. */
const MAX_SHOWN = 120;

const SCHEDULED_TIME =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2}:\d{2})(?:\.0{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const text = (rule: TextRule) =>
  v.pipe(
    v.string((issue) => refusal(`must be ${rule.mustBe}`, issue.input)),
    v.regex(rule.pattern, (issue) => refusal(`must be ${rule.mustBe}`, issue.input)),
  );

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  v.picklist(values, (issue) => refusal(`must be one of ${values.join(', ')}`, issue.input));

const listOf = <Item extends v.GenericSchema<unknown, string>>(item: Item) =>
  v.pipe(
    v.array(item, (issue) => refusal('must be a list', issue.input)),
    v.check(
      (values) => new Set(values).size === values.length,
      (issue) => refusal('must not name anything twice', issue.input),
    ),
  );

const scheduledTime = v.pipe(
  v.string((issue) => refusal(`must be ${TIME_FORM}`, issue.input)),
  v.regex(SCHEDULED_TIME, (issue) => refusal(`must be ${TIME_FORM}`, issue.input)),
  v.check(exists, (issue) => refusal('must be a date and time that exist', issue.input)),
);

const TIME_FORM = 'a time to the second with a zone, such as 2026-11-23T18:00:00Z';

const fields: v.GenericSchema<unknown, ExportEvent> = v.strictObject(
  {
    export: text(EXPORT_NAME),
    scheduledTime,
    statuses: v.optional(
      v.pipe(
        listOf(oneOf(JOB_STATUSES)),
        v.minLength(1, (issue) => refusal('must name a status, or be left out for all', issue.input)),
      ),
    ),
    thingGroups: v.optional(listOf(text(THING_GROUP_NAME))),
    thingGroupIds: v.optional(listOf(text(THING_GROUP_ID))),
    targetSelection: v.optional(oneOf(TARGET_SELECTIONS)),
    namespaceId: v.optional(text(NAMESPACE_ID)),
    metricsPerThingGroup: v.optional(v.boolean((issue) => refusal('must be true or false', issue.input))),
  },
  (issue) => (issue.path ? strictness(issue) : refusal('must be an object', issue.input)),
);

/** A list is an object to JavaScript. */
const eventSchema = v.pipe(
  v.unknown(),
  v.check(
    (event) => !Array.isArray(event),
    (issue) => refusal('must be an object', issue.input),
  ),
  fields,
);

const FIELDS =
  'export, scheduledTime, statuses, thingGroups, thingGroupIds, targetSelection, namespaceId, metricsPerThingGroup';

/**
 * Checks the event that asks for a snapshot.
 *
 * @param now the clock's time, epoch milliseconds
 * @throws BadEventError that names each field that is wrong, the value received and the mend
 */
export function parseEvent(
  event: unknown,
  now: number,
  where: { readonly accountId: string; readonly region: string },
): SnapshotRequest {
  const parsed = v.safeParse(eventSchema, event);
  if (!parsed.success) throw badEvent(parsed.issues);
  const { export: exportName, scheduledTime, statuses, thingGroups, thingGroupIds, ...filters } = parsed.output;
  const scheduledAt = Date.parse(scheduledTime);
  if (scheduledAt > now + MAX_AHEAD_MS) {
    throw new BadEventError(
      `The event is not valid: scheduledTime ${refusal('must not lie in the future', scheduledTime)}: ` +
        `it is ${new Date(now).toISOString()} now, and the snapshot would stand in the way of the one that is due then`,
    );
  }
  return {
    ...where,
    exportName,
    scheduledAt,
    statuses: statuses ?? JOB_STATUSES,
    thingGroups: thingGroups ?? [],
    thingGroupIds: thingGroupIds ?? [],
    ...filters,
  };
}

function badEvent(issues: readonly v.BaseIssue<unknown>[]): BadEventError {
  const mistakes = issues.map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(' '));
  return new BadEventError(`The event is not valid: ${mistakes.join('; ')}`);
}

function strictness(issue: v.StrictObjectIssue): string {
  return issue.expected === 'never'
    ? `is not a field of the event; the fields are ${FIELDS}`
    : refusal('must be there', issue.input);
}

/** `Date.parse` takes 30 February for 2 March, so what it made is compared with what was given. */
function exists(text: string): boolean {
  const { date, time } = SCHEDULED_TIME.exec(text)?.groups ?? {};
  const local = new Date(`${date}T${time}Z`);
  return (
    !Number.isNaN(local.getTime()) &&
    local.toISOString().startsWith(`${date}T${time}`) &&
    !Number.isNaN(Date.parse(text))
  );
}

function refusal(rule: string, value: unknown): string {
  const shown = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return `${rule}; got ${shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown}`;
}

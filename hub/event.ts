import * as v from 'valibot';
import { MAX_SCHEDULE_CHARACTERS } from '../lambda/contract/event.ts';
import type { ExpectedExport, HealthEvent } from '../lambda/contract/health.ts';
import { exportName, oneOf, refusal, rule, string, text, wholeNumber } from '../lambda/contract/rules.ts';
import { DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES } from '../lambda/contract/run-time.ts';
import { badEventError } from '../lambda/event.ts';
import { strictObjectMessage } from '../lambda/event-alarms.ts';
import { isTimeZone, readSchedule } from '../schedule/schedule.ts';

/** A day of runs of every minute. */
const MAX_MISSED_PERIODS = 1440;

const exportEntries = {
  name: exportName,
  schedule: v.pipe(
    string('rate(…) or cron(…), as EventBridge Scheduler writes it'),
    rule((value: string) =>
      value.length <= MAX_SCHEDULE_CHARACTERS && readSchedule(value, 'UTC')
        ? undefined
        : 'must be rate(…) or cron(…), as EventBridge Scheduler writes it',
    ),
  ),
  timeZone: v.optional(
    v.pipe(
      string('a time zone by its IANA name'),
      rule((value: string) => (isTimeZone(value) ? undefined : 'must be a time zone by its IANA name')),
    ),
  ),
  maxRunMinutes: v.optional(wholeNumber(DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES)),
  missedPeriods: v.optional(wholeNumber(1, MAX_MISSED_PERIODS)),
};

const listOf = <Item>(item: v.GenericSchema<unknown, Item>) =>
  v.array(item, (issue) => refusal('must be a list', issue.input));

const exportsList: v.GenericSchema<unknown, readonly ExpectedExport[]> = listOf(
  v.strictObject(exportEntries, strictObjectMessage('an export', exportEntries)),
) as v.GenericSchema<unknown, ExpectedExport[]>;

const account = text({ pattern: /^\d{12}$/, mustBe: 'an account, 12 digits' });

const organizationEntries = {
  stackSetName: text({ pattern: /^[A-Za-z][A-Za-z0-9-]{0,127}(:[a-f0-9-]+)?$/, mustBe: 'the name of a StackSet' }),
  callAs: oneOf(['SELF', 'DELEGATED_ADMIN']),
  excludeAccounts: v.optional(listOf(account)),
  exports: v.optional(exportsList),
};

const targetEntries = {
  account,
  regions: listOf(text({ pattern: /^[a-z]{2}[a-z0-9-]{3,30}$/, mustBe: 'a Region, such as eu-west-1' })),
  exports: v.optional(exportsList),
};

const entries = {
  exports: exportsList,
  missedPeriods: wholeNumber(1, MAX_MISSED_PERIODS),
  organization: v.optional(
    v.strictObject(organizationEntries, strictObjectMessage('organization', organizationEntries)),
  ),
  targets: v.optional(listOf(v.strictObject(targetEntries, strictObjectMessage('a target', targetEntries)))),
};

const eventSchema = v.strictObject(entries, strictObjectMessage('the event', entries));

/**
 * Parses the event of a look.
 *
 * @throws BadEventError that names each invalid field, the value received and how to correct it
 */
export function parseHealthEvent(event: unknown): HealthEvent {
  const parsed = v.safeParse(eventSchema, event);
  if (!parsed.success) throw badEventError(parsed.issues);
  return parsed.output as HealthEvent;
}

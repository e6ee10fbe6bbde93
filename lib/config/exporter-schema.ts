import * as v from 'valibot';
import { DEFAULT_CALLS_PER_SECOND, EXPORT_NAME, JOB_STATUSES, THING_GROUP_NAME } from '../../lambda/contract/jobs.ts';
import { exportName, filters, listOf, oneOf, rule, string, text } from '../../lambda/contract/rules.ts';
import { scheduleMistake } from '../schedule/schedule.ts';
import { COMPARISONS, type CountAlarm, STANDING_ALARMS } from './alarm-config.ts';
import {
  type CheckedExporterOptions,
  type ExportConfig,
  type ExporterOptions,
  LOG_LEVELS,
  LOG_RETENTION_DAYS,
  type ScheduleExpression,
} from './config.ts';
import { scheduleLimitMistake } from './schedule-limits.ts';
import { timeZoneMistake } from './time-zones.ts';
import { type EntriesOf, flag, listOfObjects, number, object, topic, wholeNumber } from './values.ts';

const alarmSchema: v.GenericSchema<unknown, CountAlarm> = object({
  status: oneOf(JOB_STATUSES),
  thingGroup: v.optional(text(THING_GROUP_NAME)),
  comparison: oneOf(COMPARISONS),
  threshold: v.optional(wholeNumber(0, 1_000_000_000)),
  anomaly: v.optional(flag),
  forSnapshots: v.optional(wholeNumber(1, 1440)),
  name: v.optional(text({ ...EXPORT_NAME, mustBe: EXPORT_NAME.mustBe.replace('an export name', 'a name') })),
  topicArn: v.optional(topic),
});

const exportSchema: v.GenericSchema<unknown, ExportConfig> = object({
  name: exportName,
  schedule: v.pipe(
    string('a schedule such as cron(0 * * * ? *) or rate(5 minutes)'),
    rule((expression: string) => scheduleMistake(expression) ?? scheduleLimitMistake(expression)),
  ) as v.GenericSchema<unknown, ScheduleExpression>,
  timeZone: v.optional(v.pipe(string('an IANA time zone such as Europe/Berlin'), rule(timeZoneMistake))),
  ...filters,
  alarms: v.optional(listOfObjects(alarmSchema, 'alarms')),
  metrics: v.optional(object({ perThingGroup: v.optional(flag) })),
});

const exportsSchema = v.pipe(
  listOfObjects(exportSchema, 'exports'),
  rule((list: ExportConfig[]) => (list.length > 0 ? undefined : 'must hold one export at least')),
);

/** One `@` between two parts, the second with a dot: what SNS takes beyond that shows when the message arrives. */
const email = text({ pattern: /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/, mustBe: 'an e-mail address' });

const options = {
  callsPerSecond: number('a number from 0.1 to 1000', (value) => value >= 0.1 && value <= 1000),
  logLevel: oneOf(LOG_LEVELS),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  memorySize: wholeNumber(128, 10_240),
  disabledAlarms: listOf(oneOf(STANDING_ALARMS)),
  alarmAfterMissedPeriods: wholeNumber(1, 100),
  alarmEmails: listOf(email),
  dashboard: flag,
};
const optionsWithoutDefault = {
  reservedConcurrency: v.optional(wholeNumber(1, 1000)),
  alarmTopicArn: v.optional(topic),
};

/** The options of an exporter as a target has them, none of which must be there. */
export const targetOptionEntries: EntriesOf<Partial<ExporterOptions>> = {
  exports: v.optional(exportsSchema),
  ...v.partial(v.object(options)).entries,
  ...optionsWithoutDefault,
};

/** The options of an exporter, with their defaults. */
export const exporterEntries: EntriesOf<CheckedExporterOptions> = {
  exports: exportsSchema,
  ...optionsWithoutDefault,
  callsPerSecond: v.optional(options.callsPerSecond, DEFAULT_CALLS_PER_SECOND),
  logLevel: v.optional(options.logLevel, 'INFO'),
  logRetentionDays: v.optional(options.logRetentionDays, 90),
  memorySize: v.optional(options.memorySize, 512),
  disabledAlarms: v.optional(options.disabledAlarms, []),
  alarmAfterMissedPeriods: v.optional(options.alarmAfterMissedPeriods, 2),
  alarmEmails: v.optional(options.alarmEmails, []),
  dashboard: v.optional(options.dashboard, true),
};

/** The rules of each key of an exporter. */
export const exporterOptionsSchema: v.GenericSchema<unknown, CheckedExporterOptions> = object(exporterEntries);

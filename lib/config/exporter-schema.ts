import * as v from 'valibot';
import { MAX_COUNTED_SNAPSHOTS, MAX_THRESHOLD } from '../../lambda/contract/count-alarm.ts';
import { DEFAULT_DESCRIBE_CALLS_PER_SECOND } from '../../lambda/contract/details.ts';
import { DEFAULT_CALLS_PER_SECOND, EXPORT_NAME, JOB_STATUSES, THING_GROUP_NAME } from '../../lambda/contract/jobs.ts';
import { exportName, filters, listOf, oneOf, rule, string, text } from '../../lambda/contract/rules.ts';
import { DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES } from '../../lambda/contract/run-time.ts';
import { scheduleMistake } from '../../schedule/schedule.ts';
import { COMPARISONS, type CountAlarm, DEFAULT_ALARMS, type MovesAlarm, type StatusAlarm } from './alarm-config.ts';
import {
  type CheckedExporterOptions,
  type ExportConfig,
  type ExporterOptions,
  LOG_LEVELS,
  LOG_RETENTION_DAYS,
  type ScheduleExpression,
} from './config.ts';
import { detailsSchema, rolloutsSchema } from './details-schema.ts';
import { scheduleLimitMistake } from './schedule-limits.ts';
import { timeZoneMistake } from './time-zones.ts';
import { type EntriesOf, flag, listOfObjects, number, object, topic, wholeNumber } from './values.ts';

const alarmEntries = {
  thingGroup: v.optional(text(THING_GROUP_NAME)),
  comparison: oneOf(COMPARISONS),
  forSnapshots: v.optional(wholeNumber(1, MAX_COUNTED_SNAPSHOTS)),
  name: v.optional(text({ ...EXPORT_NAME, mustBe: EXPORT_NAME.mustBe.replace('an export name', 'a name') })),
  topicArn: v.optional(topic),
};
const threshold = wholeNumber(0, MAX_THRESHOLD);
/** An alarm counts the jobs in a status, or those that reached a status. */
const statusAlarm: v.GenericSchema<unknown, StatusAlarm> = object(
  {
    status: oneOf(JOB_STATUSES),
    movedTo: v.optional(v.never()),
    ...alarmEntries,
    threshold: v.optional(threshold),
    anomaly: v.optional(flag),
  },
  { status: 'must be there, or movedTo in its place' },
);
const refusedWithMovedTo = (reason: string) => v.optional(v.never(`must be left out with movedTo: ${reason}`));
const movesAlarm: v.GenericSchema<unknown, MovesAlarm> = object({
  movedTo: oneOf(JOB_STATUSES),
  status: refusedWithMovedTo('an alarm is on one of the two'),
  ...alarmEntries,
  threshold,
  anomaly: refusedWithMovedTo('CloudWatch learns what to expect of jobs in a status alone'),
});
const alarmSchema: v.GenericSchema<unknown, CountAlarm> = v.lazy((alarm) =>
  typeof alarm === 'object' && alarm !== null && 'movedTo' in alarm && alarm.movedTo !== undefined
    ? movesAlarm
    : statusAlarm,
);

const exportSchema: v.GenericSchema<unknown, ExportConfig> = object({
  name: exportName,
  schedule: v.pipe(
    string('a schedule such as cron(0 * * * ? *) or rate(5 minutes)'),
    rule((expression: string) => scheduleMistake(expression) ?? scheduleLimitMistake(expression)),
  ) as v.GenericSchema<unknown, ScheduleExpression>,
  timeZone: v.optional(v.pipe(string('an IANA time zone such as Europe/Berlin'), rule(timeZoneMistake))),
  ...filters,
  maxRunMinutes: v.optional(wholeNumber(DEFAULT_RUN_MINUTES, MOST_RUN_MINUTES)),
  details: v.optional(detailsSchema),
  rollouts: v.optional(rolloutsSchema),
  alarms: v.optional(listOfObjects(alarmSchema, 'alarms')),
  metrics: v.optional(object({ perThingGroup: v.optional(flag), changes: v.optional(flag) })),
});

const exportsSchema = v.pipe(
  listOfObjects(exportSchema, 'exports'),
  rule((list: ExportConfig[]) => (list.length > 0 ? undefined : 'must hold one export at least')),
);

/** One `@` between two parts, the second with a dot. SNS checks the address itself, by the confirmation. */
export const email = text({ pattern: /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/, mustBe: 'an e-mail address' });

const callsPerSecond = number('a number from 0.1 to 1000', (value) => value >= 0.1 && value <= 1000);

const options = {
  callsPerSecond,
  describeCallsPerSecond: callsPerSecond,
  logLevel: oneOf(LOG_LEVELS),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  memorySize: wholeNumber(128, 10_240),
  disabledAlarms: listOf(oneOf(DEFAULT_ALARMS)),
  alarmAfterMissedPeriods: wholeNumber(1, 100),
  alarmEmails: listOf(email),
  dashboard: flag,
  metrics: flag,
};
const optionsWithoutDefault = {
  reservedConcurrency: v.optional(wholeNumber(1, 1000)),
  alarmTopicArn: v.optional(topic),
};

/** The rules of an exporter's options in a target, where none is required. */
export const targetOptionEntries: EntriesOf<Partial<ExporterOptions>> = {
  exports: v.optional(exportsSchema),
  ...v.partial(v.object(options)).entries,
  ...optionsWithoutDefault,
};

/** The rules of an exporter's options, with their defaults. */
export const exporterEntries: EntriesOf<CheckedExporterOptions> = {
  exports: exportsSchema,
  ...optionsWithoutDefault,
  callsPerSecond: v.optional(options.callsPerSecond, DEFAULT_CALLS_PER_SECOND),
  describeCallsPerSecond: v.optional(options.describeCallsPerSecond, DEFAULT_DESCRIBE_CALLS_PER_SECOND),
  logLevel: v.optional(options.logLevel, 'INFO'),
  logRetentionDays: v.optional(options.logRetentionDays, 90),
  memorySize: v.optional(options.memorySize, 512),
  disabledAlarms: v.optional(options.disabledAlarms, []),
  alarmAfterMissedPeriods: v.optional(options.alarmAfterMissedPeriods, 2),
  alarmEmails: v.optional(options.alarmEmails, []),
  dashboard: v.optional(options.dashboard, true),
  metrics: v.optional(options.metrics, true),
};

/** Schema of the options of an exporter. */
export const exporterOptionsSchema: v.GenericSchema<unknown, CheckedExporterOptions> = object(exporterEntries);

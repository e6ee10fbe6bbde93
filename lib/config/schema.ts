import * as v from 'valibot';
import { DEFAULT_CALLS_PER_SECOND, EXPORT_NAME, JOB_STATUSES, THING_GROUP_NAME } from '../../lambda/contract/jobs.ts';
import {
  exportName,
  filters,
  listOf,
  notEmpty,
  oneOf,
  refusal,
  rule,
  string,
  text,
} from '../../lambda/contract/rules.ts';
import { isTimeZone, scheduleMistake } from '../schedule/schedule.ts';
import { COMPARISONS, type CountAlarm, STANDING_ALARMS } from './alarm-config.ts';
import {
  type CheckedConfig,
  type CheckedExporterOptions,
  type CheckedHistoryOptions,
  DEFAULT_DATABASE_NAME,
  type ExportConfig,
  LOG_LEVELS,
  LOG_RETENTION_DAYS,
  OBJECT_LOCK_MODES,
  type ScheduleExpression,
} from './config.ts';
import type { Hub, RetiredTarget, Target } from './hub-config.ts';
import { nearest } from './nearest.ts';

const number = (mustBe: string, holds: (value: number) => boolean) =>
  v.pipe(
    v.number((issue) => refusal(`must be ${mustBe}`, issue.input)),
    rule((value: number) => (holds(value) ? undefined : `must be ${mustBe}`)),
  );

const wholeNumber = (from: number, to: number) =>
  number(`a whole number from ${from} to ${to}`, (value) => Number.isInteger(value) && value >= from && value <= to);

const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, (issue) => {
    const key = String(issue.path?.at(-1)?.key);
    if (!issue.path) return refusal('must be an object', issue.input);
    if (issue.expected !== 'never') return refusal('must be there', undefined);
    const known = Object.keys(entries);
    const meant = nearest(key, known);
    return meant ? `is not a key: did you mean ${meant}?` : `is not a key: the keys are ${known.join(', ')}`;
  });

const isDate = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true;

const topicArn = text({
  pattern: /^arn:[a-z-]+:sns:([a-z0-9-]+|\{region\}):(\d{12}|\{account\}):[A-Za-z0-9_-]+$/,
  mustBe: 'the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call',
});

/** An ARN, a pattern of it, or one for each Region. */
const topic = v.union([topicArn, v.record(v.string(), topicArn)], (issue) =>
  refusal('must be the ARN of a standard SNS topic, a pattern of it, or one for each Region', issue.input),
);

const flag = v.boolean((issue) => refusal('must be true or false', issue.input));

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
    rule(scheduleMistake),
  ) as v.GenericSchema<unknown, ScheduleExpression>,
  timeZone: v.optional(
    v.pipe(
      string('an IANA time zone such as Europe/Berlin'),
      rule((name: string) => (isTimeZone(name) ? undefined : 'must be an IANA time zone such as Europe/Berlin')),
    ),
  ),
  ...filters,
  alarms: v.optional(v.array(alarmSchema, (issue) => refusal('must be a list of alarms', issue.input))),
  metrics: v.optional(object({ perThingGroup: v.optional(flag) })),
});

const exportsSchema = v.pipe(
  v.array(exportSchema, (issue) => refusal('must be a list of exports', issue.input)),
  rule((list: ExportConfig[]) => (list.length > 0 ? undefined : 'must hold one export at least')),
);

/** Every option of an exporter, as a target may have it, too. */
const optionEntries = {
  callsPerSecond: number('a number from 0.1 to 1000', (value) => value >= 0.1 && value <= 1000),
  logLevel: oneOf(LOG_LEVELS),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  memorySize: wholeNumber(128, 10_240),
  disabledAlarms: listOf(oneOf(STANDING_ALARMS)),
  alarmAfterMissedPeriods: wholeNumber(1, 100),
  alarmEmails: listOf(string('an e-mail address')),
  dashboard: flag,
};
const optionsWithoutDefault = {
  reservedConcurrency: v.optional(wholeNumber(1, 1000)),
  alarmTopicArn: v.optional(topic),
};

const exporterEntries = {
  exports: exportsSchema,
  ...optionsWithoutDefault,
  callsPerSecond: v.optional(optionEntries.callsPerSecond, DEFAULT_CALLS_PER_SECOND),
  logLevel: v.optional(optionEntries.logLevel, 'INFO'),
  logRetentionDays: v.optional(optionEntries.logRetentionDays, 90),
  memorySize: v.optional(optionEntries.memorySize, 512),
  disabledAlarms: v.optional(optionEntries.disabledAlarms, []),
  alarmAfterMissedPeriods: v.optional(optionEntries.alarmAfterMissedPeriods, 2),
  alarmEmails: v.optional(optionEntries.alarmEmails, []),
  dashboard: v.optional(optionEntries.dashboard, true),
};

const accountSchema = text({ pattern: /^\d{12}$/, mustBe: 'the 12 digits of an account, as text' });
const keyArn = text({
  pattern: /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  mustBe: 'the ARN of a key of AWS KMS',
});

const historyEntries = {
  historyStart: v.optional(
    v.pipe(
      string('a date such as 2026-01-01'),
      rule((value: string) => {
        if (!isDate(value)) return 'must be a date such as 2026-01-01';
        const future = Date.parse(value) > Date.now();
        return future ? 'must not lie in the future, or no query would see anything until then' : undefined;
      }),
    ),
    '2026-01-01',
  ),
  retiredExports: v.optional(listOf(exportName), []),
  databaseName: v.optional(
    text({ pattern: /^[a-z0-9_]{1,255}$/, mustBe: '1 to 255 of a-z, 0-9 and "_"' }),
    DEFAULT_DATABASE_NAME,
  ),
  expireRowsAfterDays: v.optional(wholeNumber(1, 36_500)),
  objectLock: v.optional(object({ mode: oneOf(OBJECT_LOCK_MODES), days: wholeNumber(1, 36_500) })),
  retiredKeys: v.optional(listOf(keyArn), []),
  analystAccounts: v.optional(listOf(accountSchema), []),
  bytesScannedLimit: v.optional(
    number('a whole number of bytes from 10000000 (10 MB)', (value) => Number.isInteger(value) && value >= 10_000_000),
    10_000_000_000,
  ),
};

/** The rules of each key of an exporter. */
export const exporterOptionsSchema: v.GenericSchema<unknown, CheckedExporterOptions> = object(exporterEntries);
/** The rules of each key of a history. */
export const historyOptionsSchema: v.GenericSchema<unknown, CheckedHistoryOptions> = object(historyEntries);

const regionSchema = text({ pattern: /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, mustBe: 'a Region such as eu-west-1' });
const regionsSchema = notEmpty(listOf(regionSchema), 'must name a Region at least');

const targetSchema: v.GenericSchema<unknown, Target> = object({
  account: accountSchema,
  regions: regionsSchema,
  exports: v.optional(exportsSchema),
  ...v.partial(v.object(optionEntries)).entries,
  ...optionsWithoutDefault,
});
const retiredTargetSchema: v.GenericSchema<unknown, RetiredTarget> = object({
  account: accountSchema,
  regions: regionsSchema,
});

const hubSchema: v.GenericSchema<unknown, Hub> = object({
  account: accountSchema,
  region: regionSchema,
  bucketName: v.optional(
    text({
      // Source: Amazon S3 User Guide, General purpose bucket naming rules. A dot would break TLS by virtual host.
      pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
      mustBe: 'a name of a bucket: 3 to 63 of a-z, 0-9 and "-", beginning and ending with a letter or a digit',
    }),
  ),
  // Source: AWS Organizations API Reference, Organization.
  organizationId: v.optional(
    text({ pattern: /^o-[a-z0-9]{10,32}$/, mustBe: 'the id of an organization, such as o-a1b2c3d4e5' }),
  ),
  customerKey: v.optional(
    v.union(
      [v.boolean(), v.pipe(v.string(), v.regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/))],
      (issue) => refusal('must be true, false or the ARN of a key of AWS KMS', issue.input),
    ),
  ),
  retiredTargets: v.optional(
    v.array(retiredTargetSchema, (issue) => refusal('must be a list of targets', issue.input)),
  ),
});

/** The rules of each key of a configuration. */
export const configSchema: v.GenericSchema<unknown, CheckedConfig> = object({
  ...exporterEntries,
  ...historyEntries,
  history: v.optional(hubSchema),
  stackPrefix: v.optional(
    text({ pattern: /^[A-Za-z][A-Za-z0-9-]{0,60}$/, mustBe: 'letters, digits and "-", beginning with a letter' }),
  ),
  terminationProtection: v.optional(flag, false),
  targets: v.optional(
    v.pipe(
      v.array(targetSchema, (issue) => refusal('must be a list of targets', issue.input)),
      rule((list: Target[]) => (list.length > 0 ? undefined : 'must hold one target at least')),
    ),
  ),
});

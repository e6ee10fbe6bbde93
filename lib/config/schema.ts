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
import { COMPARISONS, type CountAlarm, STANDING_ALARMS } from './alarm-config.ts';
import {
  type CheckedConfig,
  type CheckedExporterOptions,
  type CheckedHistoryOptions,
  type ExportConfig,
  LOG_LEVELS,
  LOG_RETENTION_DAYS,
  type ScheduleExpression,
} from './config.ts';
import { nearest } from './nearest.ts';
import { isTimeZone, scheduleMistake } from './schedule.ts';
import type { Hub, RetiredTarget, Target } from './targets.ts';

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
  pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/,
  mustBe: 'the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call',
});

const alarmSchema: v.GenericSchema<unknown, CountAlarm> = object({
  status: oneOf(JOB_STATUSES),
  thingGroup: v.optional(text(THING_GROUP_NAME)),
  comparison: oneOf(COMPARISONS),
  threshold: wholeNumber(0, 1_000_000_000),
  forSnapshots: v.optional(wholeNumber(1, 1440)),
  name: v.optional(text({ ...EXPORT_NAME, mustBe: EXPORT_NAME.mustBe.replace('an export name', 'a name') })),
  topicArn: v.optional(topicArn),
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
  metrics: v.optional(
    object({ perThingGroup: v.optional(v.boolean((issue) => refusal('must be true or false', issue.input))) }),
  ),
});

const exportsSchema = v.pipe(
  v.array(exportSchema, (issue) => refusal('must be a list of exports', issue.input)),
  rule((list: ExportConfig[]) => (list.length > 0 ? undefined : 'must hold one export at least')),
);

const exporterEntries = {
  exports: exportsSchema,
  callsPerSecond: v.optional(
    number('a number from 0.1 to 1000', (value) => value >= 0.1 && value <= 1000),
    DEFAULT_CALLS_PER_SECOND,
  ),
  logLevel: v.optional(oneOf(LOG_LEVELS), 'INFO'),
  logRetentionDays: v.optional(oneOf(LOG_RETENTION_DAYS), 90),
  memorySize: v.optional(wholeNumber(128, 10_240), 512),
  reservedConcurrency: v.optional(wholeNumber(1, 1000)),
  alarmTopicArn: v.optional(topicArn),
  disabledAlarms: v.optional(listOf(oneOf(STANDING_ALARMS)), []),
  alarmAfterMissedPeriods: v.optional(wholeNumber(1, 100), 2),
};

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
  bytesScannedLimit: v.optional(
    number('a whole number of bytes from 10000000 (10 MB)', (value) => Number.isInteger(value) && value >= 10_000_000),
    10_000_000_000,
  ),
};

/** The rules of each key of an exporter. */
export const exporterOptionsSchema: v.GenericSchema<unknown, CheckedExporterOptions> = object(exporterEntries);
/** The rules of each key of a history. */
export const historyOptionsSchema: v.GenericSchema<unknown, CheckedHistoryOptions> = object(historyEntries);

const accountSchema = text({ pattern: /^\d{12}$/, mustBe: 'the 12 digits of an account, as text' });
const regionSchema = text({ pattern: /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, mustBe: 'a Region such as eu-west-1' });
const regionsSchema = notEmpty(listOf(regionSchema), 'must name a Region at least');

const targetSchema: v.GenericSchema<unknown, Target> = object({
  account: accountSchema,
  regions: regionsSchema,
  exports: v.optional(exportsSchema),
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
  targets: v.optional(
    v.pipe(
      v.array(targetSchema, (issue) => refusal('must be a list of targets', issue.input)),
      rule((list: Target[]) => (list.length > 0 ? undefined : 'must hold one target at least')),
    ),
  ),
});

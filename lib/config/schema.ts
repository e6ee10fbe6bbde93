import * as v from 'valibot';
import { listOf, notEmpty, oneOf, refusal, rule, string, text } from '../../lambda/contract/rules.ts';
import { bucketNameMistake } from './bucket-names.ts';
import type { CheckedConfig } from './config.ts';
import { email, exporterEntries, targetOptionEntries } from './exporter-schema.ts';
import { HEALTH_ALARMS } from './health-alarms.ts';
import { historyEntries } from './history-schema.ts';
import type { Hub, RetiredTarget, Target } from './hub-config.ts';
import { keyArnMistake } from './kms-keys.ts';
import { CALL_AS, type Organization } from './organization-config.ts';
import { ORGANIZATION_ID } from './organization-id.ts';
import { regionMistake } from './regions.ts';
import { TOPIC_MUST_BE, topicArnMistake } from './topics.ts';
import { account, flag, listOfObjects, object, wholeNumber } from './values.ts';

const region = v.pipe(string('a Region such as eu-west-1'), rule(regionMistake));
const regions = notEmpty(listOf(region), 'must name a Region at least');

const targetSchema: v.GenericSchema<unknown, Target> = object({ account, regions, ...targetOptionEntries });
const retiredTargetSchema: v.GenericSchema<unknown, RetiredTarget> = object({ account, regions });

/**
 * Maximum units of one StackSet operation. Source: AWS CloudFormation API Reference, CreateStackInstances.
 */
const MAX_UNITS = 50;

const organizationSchema: v.GenericSchema<unknown, Organization> = object({
  organizationalUnits: v.pipe(
    listOf(
      // Source: AWS Organizations API Reference, Root and OrganizationalUnit, Id.
      text({
        pattern: /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
        mustBe: 'the id of an organizational unit, such as ou-a1b2-c3d4e5f6, or of the root, such as r-a1b2',
      }),
    ),
    rule((units: string[]) => {
      if (units.length === 0) return "must name an organizational unit at least, or the organization's root";
      if (units.length > MAX_UNITS)
        return `must name ${MAX_UNITS} units at most: name a unit that holds several of them`;
      const isAll = units.length > 1 && units.some((unit) => unit.startsWith('r-'));
      return isAll ? 'must not name units beside the root, which holds them all' : undefined;
    }),
  ),
  regions,
  excludeAccounts: v.optional(listOf(account)),
  callAs: v.optional(oneOf(CALL_AS)),
  maxConcurrentPercentage: v.optional(wholeNumber(1, 100)),
  failureTolerancePercentage: v.optional(wholeNumber(0, 100)),
  ...targetOptionEntries,
});

const hubSchema: v.GenericSchema<unknown, Hub> = object({
  account,
  region,
  bucketName: v.optional(v.pipe(string('a name of a bucket'), rule(bucketNameMistake))),
  organizationId: v.optional(text(ORGANIZATION_ID)),
  customerKey: v.optional(
    v.pipe(
      v.union([v.boolean(), v.string()], (issue) =>
        refusal('must be true, false or the ARN of a key of AWS KMS', issue.input),
      ),
      rule((key: boolean | string) => (typeof key === 'string' ? keyArnMistake(key) : undefined)),
    ),
  ),
  retiredTargets: v.optional(listOfObjects(retiredTargetSchema, 'targets')),
  alarmTopicArn: v.optional(v.pipe(string(TOPIC_MUST_BE), rule(topicArnMistake))),
  alarmEmails: v.optional(listOf(email)),
  disabledAlarms: v.optional(listOf(oneOf(HEALTH_ALARMS))),
  healthEveryMinutes: v.optional(wholeNumber(5, 1440)),
});

/** The rules of each key of a configuration. */
export const configSchema: v.GenericSchema<unknown, CheckedConfig> = object({
  ...exporterEntries,
  ...historyEntries,
  history: v.optional(hubSchema),
  // Source: AWS CloudFormation API Reference, CreateStack, StackName. The maximum length depends on the stacks' names.
  stackPrefix: v.optional(
    text({ pattern: /^[A-Za-z][A-Za-z0-9-]*$/, mustBe: 'letters, digits and "-", beginning with a letter' }),
  ),
  terminationProtection: v.optional(flag, false),
  targets: v.optional(
    v.pipe(
      listOfObjects(targetSchema, 'targets'),
      rule((list: Target[]) => (list.length > 0 ? undefined : 'must hold one target at least')),
    ),
  ),
  organization: v.optional(organizationSchema),
});

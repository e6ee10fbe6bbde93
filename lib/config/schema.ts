import * as v from 'valibot';
import { listOf, notEmpty, refusal, rule, string, text } from '../../lambda/contract/rules.ts';
import { bucketNameMistake } from './bucket-names.ts';
import type { CheckedConfig } from './config.ts';
import { exporterEntries, targetOptionEntries } from './exporter-schema.ts';
import { historyEntries } from './history-schema.ts';
import type { Hub, RetiredTarget, Target } from './hub-config.ts';
import { keyArnMistake } from './kms-keys.ts';
import { ORGANIZATION_ID } from './organization-id.ts';
import { regionMistake } from './regions.ts';
import { account, flag, listOfObjects, object } from './values.ts';

const region = v.pipe(string('a Region such as eu-west-1'), rule(regionMistake));
const regions = notEmpty(listOf(region), 'must name a Region at least');

const targetSchema: v.GenericSchema<unknown, Target> = object({ account, regions, ...targetOptionEntries });
const retiredTargetSchema: v.GenericSchema<unknown, RetiredTarget> = object({ account, regions });

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
});

/** The rules of each key of a configuration. */
export const configSchema: v.GenericSchema<unknown, CheckedConfig> = object({
  ...exporterEntries,
  ...historyEntries,
  history: v.optional(hubSchema),
  // Source: AWS CloudFormation API Reference, CreateStack, StackName. How long it may be depends on the other names.
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
});

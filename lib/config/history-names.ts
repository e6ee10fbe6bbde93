import { Token } from 'aws-cdk-lib';
import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import { bucketNameMistake } from './bucket-names.ts';
import { databaseNameMistake } from './database-names.ts';
import { ConfigurationError } from './errors.ts';
import { keyArnMistake, keyPatternMistake } from './kms-keys.ts';
import { ORGANIZATION_ID } from './organization-id.ts';
import { regionMistake } from './regions.ts';

/** Texts of a history, made or imported, that go into names and policies as they are. */
export interface HistoryNames {
  /** Name of the bucket. */
  readonly bucketName?: string | undefined;
  /** Account of the history, 12 digits. */
  readonly account?: string | undefined;
  /** Region of the history. */
  readonly region?: string | undefined;
  /** Name of the Glue database. */
  readonly databaseName?: string | undefined;
  /** Name of the bucket of query results. */
  readonly resultsBucketName?: string | undefined;
  /** Organization whose accounts write. */
  readonly 'writers.organizationId'?: string | undefined;
  /** ARN of the key of AWS KMS, or a pattern of it. */
  readonly encryptionKeyArn?: string | undefined;
  /** ARNs of keys that older objects are encrypted with. */
  readonly retiredKeys?: readonly string[] | undefined;
}

const RULES: Readonly<Record<Exclude<keyof HistoryNames, 'retiredKeys'>, (value: string) => string | undefined>> = {
  bucketName: bucketNameMistake,
  account: (value) => (/^\d{12}$/.test(value) ? undefined : 'must be the 12 digits of an account'),
  region: regionMistake,
  databaseName: databaseNameMistake,
  resultsBucketName: bucketNameMistake,
  'writers.organizationId': (value) =>
    ORGANIZATION_ID.pattern.test(value) ? undefined : `must be ${ORGANIZATION_ID.mustBe}`,
  encryptionKeyArn: keyPatternMistake,
};

/**
 * Refuses texts that AWS would refuse at deployment, or that would grant something else. A token, such as
 * `PhysicalName.GENERATE_IF_NEEDED`, has no value yet and is not looked at.
 *
 * @param what the history's name in messages
 * @param home Region of the bucket, where it is known: its keys are there
 * @throws ConfigurationError that lists every mistake
 */
export function checkHistoryNames({ retiredKeys = [], ...names }: HistoryNames, what: string, home?: string): void {
  const mistakes = [
    ...Object.entries(RULES).map(([key, rule]) => ({ key, value: names[key as keyof typeof names], rule })),
    ...retiredKeys.map((value, index) => ({ key: `retiredKeys[${index}]`, value, rule: keyArnMistake })),
  ].flatMap(({ key, value, rule }) => {
    if (value === undefined || Token.isUnresolved(value)) return [];
    const isKey = key === 'encryptionKeyArn' || rule === keyArnMistake;
    const mistake = rule(value) ?? (isKey ? keyElsewhereMistake(value, home) : undefined);
    return mistake ? [refusal(`${key} ${mistake}`, value)] : [];
  });
  if (mistakes.length > 0) throw new ConfigurationError(what, mistakes);
}

/** Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)": keys of the bucket's Region. */
function keyElsewhereMistake(arn: string, home: string | undefined): string | undefined {
  if (home === undefined || Token.isUnresolved(home) || partsOfArn(arn).region === home) return undefined;
  return `must be a key in ${home}, where the bucket is`;
}

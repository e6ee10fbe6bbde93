import { Token } from 'aws-cdk-lib';
import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import { bucketNameMistake } from './bucket-names.ts';
import { databaseNameMistake } from './database-names.ts';
import { ConfigurationError } from './errors.ts';
import { keyArnMistake, keyPatternMistake } from './kms-keys.ts';
import { ORGANIZATION_ID } from './organization-id.ts';
import { regionMistake } from './regions.ts';

/** Properties of a history, new or imported, that are used in names and policies without a change. */
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
  /** Organization whose accounts may write. */
  readonly 'writers.organizationId'?: string | undefined;
  /** ARN of the key of AWS KMS, or the pattern of all keys of an account and Region. */
  readonly encryptionKeyArn?: string | undefined;
  /** ARNs of keys that earlier objects are encrypted with. */
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
 * Refuses values that AWS would refuse at deployment, or that would grant something else. Tokens, such as
 * `PhysicalName.GENERATE_IF_NEEDED`, are not checked.
 *
 * @param what name of the history in messages
 * @param bucketRegion Region of the bucket, where it is known: the keys must be in it
 * @throws ConfigurationError that lists every mistake
 */
export function checkHistoryNames(
  { retiredKeys = [], ...names }: HistoryNames,
  what: string,
  bucketRegion?: string,
): void {
  const mistakes = [
    ...Object.entries(RULES).map(([key, rule]) => ({ key, value: names[key as keyof typeof names], rule })),
    ...retiredKeys.map((value, index) => ({ key: `retiredKeys[${index}]`, value, rule: keyArnMistake })),
  ].flatMap(({ key, value, rule }) => {
    if (value === undefined || Token.isUnresolved(value)) return [];
    const isKey = key === 'encryptionKeyArn' || rule === keyArnMistake;
    const mistake = rule(value) ?? (isKey ? keyRegionMistake(value, bucketRegion) : undefined);
    return mistake ? [refusal(`${key} ${mistake}`, value)] : [];
  });
  if (mistakes.length > 0) throw new ConfigurationError(what, mistakes);
}

/**
 * A key must be in the bucket's Region.
 * Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 */
function keyRegionMistake(arn: string, bucketRegion: string | undefined): string | undefined {
  if (bucketRegion === undefined || Token.isUnresolved(bucketRegion) || partsOfArn(arn).region === bucketRegion)
    return undefined;
  return `must be a key in ${bucketRegion}, where the bucket is`;
}

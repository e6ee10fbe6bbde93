import { arnRegionMistake } from './arns.ts';

/**
 * The id of a key is a UUID. That of a multi-Region key is `mrk-` and 32 hexadecimal digits.
 * Source: AWS KMS Developer Guide, "Key identifiers (KeyId)", Key ARN and Key ID.
 */
const KEY_ARN =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const EXAMPLE_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const EXAMPLE = `arn:aws:kms:eu-west-1:123456789012:key/${EXAMPLE_ID}`;

/**
 * Describes what is wrong with the ARN of a key of AWS KMS; `undefined` means that nothing is. An alias is refused, since
 * the Resource of a policy must be the ARN of a key.
 * Source: AWS KMS Developer Guide, "Specifying KMS keys in IAM policy statements".
 */
export function keyArnMistake(arn: string): string | undefined {
  const alias = /(?<name>alias\/[^:]*)$/.exec(arn)?.groups?.name;
  if (alias) {
    return `must be the ARN of the key, not of its alias: "aws kms describe-key --key-id ${alias}" says its Arn`;
  }
  return KEY_ARN.test(arn) ? arnRegionMistake(arn) : `must be the ARN of a key of AWS KMS, such as ${EXAMPLE}`;
}

/** {@link keyArnMistake} that also takes the pattern of all keys of an account and Region, which ends in `:key/*`. */
export function keyPatternMistake(arn: string): string | undefined {
  return keyArnMistake(arn.replace(/(?<=:key\/)\*$/, EXAMPLE_ID));
}

import { placeMistake } from './arns.ts';

/**
 * A key's id is a UUID, that of a multi-Region key `mrk-` and 32 hexadecimal digits.
 * Source: AWS KMS Developer Guide, "Key identifiers (KeyId)", Key ARN and Key ID.
 */
const KEY_ARN =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const EXAMPLE_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const EXAMPLE = `arn:aws:kms:eu-west-1:123456789012:key/${EXAMPLE_ID}`;

/**
 * Says what is wrong with the ARN of a key of AWS KMS, or nothing. An alias is refused, since a policy's Resource takes
 * the ARN of a key alone.
 * Source: AWS KMS Developer Guide, "Specifying KMS keys in IAM policy statements".
 */
export function keyArnMistake(arn: string): string | undefined {
  const alias = /(?<name>alias\/[^:]*)$/.exec(arn)?.groups?.name;
  if (alias) {
    return `must be the ARN of the key, not of its alias: "aws kms describe-key --key-id ${alias}" says its Arn`;
  }
  return KEY_ARN.test(arn) ? placeMistake(arn) : `must be the ARN of a key of AWS KMS, such as ${EXAMPLE}`;
}

/** As {@link keyArnMistake}, of an ARN or of the pattern of all keys of an account and Region, which ends in `:key/*`. */
export function keyPatternMistake(arn: string): string | undefined {
  return keyArnMistake(arn.replace(/(?<=:key\/)\*$/, EXAMPLE_ID));
}

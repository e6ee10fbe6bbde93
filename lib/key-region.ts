import { Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { refusal } from '../lambda/contract/rules.ts';
import { UsageError } from './config/errors.ts';

/**
 * Refuses a key of AWS KMS in another Region than the construct that uses it. The deployment would fail.
 * Source: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS": a key can be used only in its own Region.
 *
 * @param name of the key's property
 * @throws UsageError that says how to correct it
 */
export function refuseKeyOfOtherRegion(scope: IConstruct, name: string, { keyArn, env }: kms.IKey): void {
  const { region } = Stack.of(scope);
  if ([region, env.region].some((place) => Token.isUnresolved(place)) || env.region === region) return;
  const requirement = `must be a key in ${region}, the Region of its stack, and is in ${env.region}`;
  throw new UsageError(refusal(`${scope.node.path}: ${name} ${requirement}`, keyArn));
}

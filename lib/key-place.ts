import { Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { refusal } from '../lambda/contract/rules.ts';
import { UsageError } from './config/errors.ts';

/**
 * Refuses a key of AWS KMS in another Region than what it would encrypt, which would only fail at deployment.
 * Source: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS": a key is used in its own Region alone.
 *
 * @param name of the key's property
 * @throws UsageError with the mend
 */
export function refuseKeyElsewhere(scope: IConstruct, name: string, { keyArn, env }: kms.IKey): void {
  const { region } = Stack.of(scope);
  if ([region, env.region].some((place) => Token.isUnresolved(place)) || env.region === region) return;
  const mend = `must be a key in ${region}, the Region of its stack, and is in ${env.region}`;
  throw new UsageError(refusal(`${scope.node.path}: ${name} ${mend}`, keyArn));
}

import { CfnOutput, type Stack } from 'aws-cdk-lib';

/** An output of a stack, by an id that a script can rely on. */
export function output(stack: Stack, id: string, value: string, description: string): void {
  new CfnOutput(stack, `${id}Output`, { value, description }).overrideLogicalId(id);
}

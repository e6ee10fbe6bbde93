import { statSync } from 'node:fs';
import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { UsageError } from './config/errors.ts';

/** Source: AWS CloudFormation User Guide, Quotas, Resources. */
export const MAX_RESOURCES = 500;
/** The resource `AWS::CDK::Metadata`, which CDK adds to each stack at synthesis. */
const CDK_METADATA = 1;
/** Source: AWS CloudFormation User Guide, Quotas, Template body size in an S3 object (1 MB). */
export const MAX_TEMPLATE_BYTES = 1_000_000;

/**
 * Refuses a stack with more resources than CloudFormation takes.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseTooManyResources(stack: Stack): void {
  const count = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length + CDK_METADATA;
  if (count <= MAX_RESOURCES) return;
  throw new UsageError(
    `The stack ${stack.stackName} must have ${MAX_RESOURCES} resources at most, which is CloudFormation's limit; got ` +
      `${count}. An export has a schedule and six to eight alarms, up to three more with details, and each alarm on a count ` +
      'is one more: list several thing groups in one export, remove alarms on counts, or turn alarms off by disabledAlarms.',
  );
}

/**
 * Refuses templates that are larger than CloudFormation takes. CDK only warns of them.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseLargeTemplates({ stacksRecursively }: CloudAssembly): void {
  for (const { stackName, templateFullPath } of stacksRecursively) {
    const { size } = statSync(templateFullPath);
    if (size <= MAX_TEMPLATE_BYTES) continue;
    throw new UsageError(
      `The template of ${stackName} must have ${MAX_TEMPLATE_BYTES} bytes at most, which is CloudFormation's limit; got ` +
        `${size}. Names of thing groups and of accounts weigh most, then exports and their alarms: list fewer of them.`,
    );
  }
}

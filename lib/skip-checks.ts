import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a rule of a scanner does not hold for a resource: checkov's into the template, where a scan of it finds the
 * reason next to the resource; cdk-nag's by CDK's own acknowledgement.
 *
 * @param construct an L1, or an L2 with a default child
 * @param reasons the reason of each rule, by its id such as `CKV_AWS_18` or `AwsSolutions-S1`
 */
export function skipChecks(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} has no resource of its own`);
  const skip = [];
  for (const [id, comment] of Object.entries(reasons)) {
    if (id.startsWith('CKV')) skip.push({ id, comment });
    else Validations.of(resource).acknowledge({ id, reason: comment });
  }
  if (skip.length > 0) resource.addMetadata('checkov', { skip });
}

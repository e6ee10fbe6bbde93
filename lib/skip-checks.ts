import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Writes into the template why a rule of checkov does not hold for a resource, so that a scan of the template finds
 * the reason next to it.
 *
 * @param construct an L1, or an L2 with a default child
 * @param reasons the reason of each rule, by its id such as `CKV_AWS_18`
 */
export function skipChecks(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} has no resource of its own`);
  const skip = Object.entries(reasons).map(([id, comment]) => ({ id, comment }));
  resource.addMetadata('checkov', { skip });
}

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnStackSet, FileAssetPackaging, Names, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CheckedExporterOptions, Hub, Target } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import type { StackSetOptions } from '../config/organization.ts';
import { stackSetNameOf } from '../config/stack-names.ts';
import type { Monitored } from '../exporter/metrics-cost.ts';
import { MAX_TEMPLATE_BYTES } from '../stack-limits.ts';
import { excludedPlaces, excludePlaces } from './excluded-places.ts';
import { type TargetTemplateProps, targetTemplate } from './target-template.ts';

/** Properties for OrganizationStackSet. */
export interface OrganizationStackSetProps
  extends Pick<TargetTemplateProps, 'historyOptions' | 'source' | 'stackPrefix' | 'prepare'> {
  /** The hub, which has the history. */
  readonly hub: Hub;
  /** Options of the exporters. */
  readonly options: CheckedExporterOptions;
  /** Options of the StackSet, with its units and Regions. */
  readonly stackSet: StackSetOptions;
  /** Targets, where the StackSet makes no exporter. */
  readonly targets: readonly Target[];
}

/**
 * A StackSet that makes an exporter in each account of an organization's units, including accounts that join later. Reasons:
 * docs/decisions/0015.
 *
 * The StackSet gets the URL of the template in the bucket of CDK's assets: a template body may have only 51,200 bytes.
 * Source: AWS CloudFormation API Reference, CreateStackSet, TemplateBody and TemplateURL.
 */
export class OrganizationStackSet extends Construct {
  /** Name of the StackSet. */
  readonly stackSetName: string;
  /** Template of its stacks, as JSON. */
  readonly template: string;
  /** Numbers of what CloudWatch charges for in each of its stacks. */
  readonly monitored: Monitored;

  constructor(scope: Construct, id: string, props: OrganizationStackSetProps) {
    super(scope, id);
    const { hub, historyOptions, options, stackSet, targets, source, stackPrefix, prepare } = props;
    this.stackSetName = stackSetNameOf(Stack.of(this).stackName);
    let monitored: Monitored | undefined;
    const template = targetTemplate(this, {
      ...{ hub, options },
      ...(historyOptions && { historyOptions }),
      ...(source !== undefined && { source }),
      ...(stackPrefix !== undefined && { stackPrefix }),
      prepare: (stack) => {
        ({ monitored } = stack.exporter.monitoring);
        prepare?.(stack);
      },
    });
    if (!monitored) throw new Error('The template of a target was made without its stack');
    this.monitored = monitored;
    this.template = excludePlaces(template, excludedPlaces(stackSet, targets));
    new CfnStackSet(this, 'Resource', {
      stackSetName: this.stackSetName,
      description: 'Exports AWS IoT jobs to the history of many accounts',
      permissionModel: 'SERVICE_MANAGED',
      callAs: stackSet.callAs,
      capabilities: ['CAPABILITY_IAM'],
      templateUrl: this.urlOf(this.template),
      // The exporter of an account that leaves is deleted, since it could not write any more. Its history stays in the hub.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      // Accounts that join during a deployment wait for it, instead of failing.
      // The key is upper case, since CDK writes this property as it is.
      managedExecution: { Active: true },
      stackInstancesGroup: [
        {
          regions: [...stackSet.regions],
          deploymentTargets: { organizationalUnitIds: [...stackSet.organizationalUnits] },
        },
      ],
      operationPreferences: {
        // One Region after another, so that an error that occurs everywhere is found in the first one. There is no order of
        // the Regions: AWS does not document whether it may name Regions that an operation does not include.
        regionConcurrencyType: 'SEQUENTIAL',
        concurrencyMode: 'STRICT_FAILURE_TOLERANCE',
        maxConcurrentPercentage: stackSet.maxConcurrentPercentage,
        failureTolerancePercentage: stackSet.failureTolerancePercentage,
      },
    });
  }

  private urlOf(template: string): string {
    const bytes = Buffer.byteLength(template);
    if (bytes > MAX_TEMPLATE_BYTES) {
      throw new UsageError(
        `The template of ${this.stackSetName} must have ${MAX_TEMPLATE_BYTES} bytes at most, which is CloudFormation's ` +
          `limit; got ${bytes}. Names of thing groups, exports and their alarms weigh most, and accounts that are left ` +
          'out: list fewer of them.',
      );
    }
    const stage = Stage.of(this);
    if (!stage) throw new UsageError(`${this.node.path} must be in an app, because its template is an asset`);
    const fileName = `${Names.uniqueId(this)}.stackset.template.json`;
    writeFileSync(join(stage.outdir, fileName), template);
    const { httpUrl } = Stack.of(this).synthesizer.addFileAsset({
      fileName,
      packaging: FileAssetPackaging.FILE,
      sourceHash: createHash('sha256').update(template).digest('hex'),
    });
    return httpUrl;
  }
}

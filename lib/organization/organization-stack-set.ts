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
  /** Where the history is. */
  readonly hub: Hub;
  /** What the exporters are told. */
  readonly options: CheckedExporterOptions;
  /** Units, Regions, and how a deployment goes. */
  readonly stackSet: StackSetOptions;
  /** Places with an exporter of their own. */
  readonly targets: readonly Target[];
}

/**
 * An exporter in each account of an organization's units, those that join later too. Why: docs/decisions/0015.
 *
 * The template goes to the StackSet by its address in the bucket of CDK's assets: as a text it may have 51,200 bytes alone.
 * Source: AWS CloudFormation API Reference, CreateStackSet, TemplateBody and TemplateURL.
 */
export class OrganizationStackSet extends Construct {
  /** Name of the StackSet. */
  readonly stackSetName: string;
  /** The template of its stacks, JSON. */
  readonly template: string;
  /** What of each of its stacks CloudWatch charges for. */
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
      // What an account exported stays in the hub's bucket; an exporter that stayed would fail there from then on.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      // Accounts that join while a deployment goes on wait for it, and the deployment does not fail for them.
      // CDK takes it for JSON, and writes the key as it is.
      managedExecution: { Active: true },
      stackInstancesGroup: [
        {
          regions: [...stackSet.regions],
          deploymentTargets: { organizationalUnitIds: [...stackSet.organizationalUnits] },
        },
      ],
      operationPreferences: {
        // One Region after another: what fails everywhere shows in the first. Which goes first is not said: whether an order
        // may name a Region that an operation does not reach, as that which removes one, is not documented.
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
    if (!stage) throw new UsageError(`${this.node.path} must stand in an app, for its template is an asset`);
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

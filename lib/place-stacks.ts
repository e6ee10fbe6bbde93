import { Annotations, type Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { DEFAULT_HEALTH_MINUTES } from './config/hub-config.ts';
import { optionsOfOrganization } from './config/organization.ts';
import { partsOf, placementsOf } from './config/targets.ts';
import { bundledCode } from './exporter/bundle.ts';
import { COST_ID, costLine, sumOf } from './exporter/metrics-cost.ts';
import { IotJobsHistoryStack } from './hub-stacks.ts';
import { IotJobsExporterStack } from './iot-jobs-exporter-stack.ts';
import { organizationCostLine } from './organization/organization-cost.ts';
import { IotJobsTargetStack } from './target-stack.ts';

/** A stack that {@link placeStacks} is about to make. */
export interface StackPlacement {
  /**
   * `exporter`: the exporter and the history of one account and Region. `history`: the history of the hub. `target`: the
   * exporter of one target.
   */
  readonly kind: 'exporter' | 'history' | 'target';
  /** Construct id, which is the stack's name but for `stackPrefix`. */
  readonly id: string;
  /**
   * Account, 12 digits.
   *
   * @default - that of the CDK command's credentials
   */
  readonly account?: string;
  /**
   * Region.
   *
   * @default - that of the CDK command's credentials
   */
  readonly region?: string;
}

/** Options of {@link placeStacks}. */
export interface PlaceStacksOptions {
  /**
   * Makes the function's code, for each stack anew.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: () => lambda.Code;
  /**
   * The function's code for the StackSet of an organization, whose template has it inline: a text of CommonJS.
   *
   * @default - the bundle that comes with this package
   */
  readonly inlineCode?: string;
  /**
   * Is given the stack from which the template of an organization's StackSet is made: aspects of the app do not reach it.
   *
   * @default - nothing is done
   */
  readonly prepareStackSet?: (stack: Stack) => void;
  /**
   * Makes the code of the hub's function, which looks at the exports.
   *
   * @default - the bundle that comes with this package
   */
  readonly healthCode?: () => lambda.Code;
  /**
   * Properties of each stack, such as `tags`, `permissionsBoundary` or `synthesizer`. They go before what the
   * configuration says of names and termination protection. `env` is for the kind `exporter` alone: accounts and Regions
   * of the others are those of the configuration, which the history's policy names.
   *
   * @default - none
   */
  readonly stackProps?: (placement: StackPlacement) => StackProps;
}

/**
 * Makes the stacks of a configuration: `IotJobsExporter` alone, or `IotJobsHistory` in the hub, which has the StackSet of an
 * organization, and `IotJobsExporter-ACCOUNT-REGION` for each target. `stackPrefix` changes the stacks' names and no logical
 * id.
 *
 * @example
 * placeStacks(app, checkConfig(config), { stackProps: ({ kind }) => ({ tags: { component: kind } }) });
 */
export function placeStacks(scope: Construct, config: CheckedConfig, options: PlaceStacksOptions = {}): void {
  const { code = bundledCode, inlineCode, prepareStackSet } = options;
  const { history: hub, stackPrefix, terminationProtection } = config;
  const propsOf = (placement: StackPlacement): StackProps => ({
    ...(stackPrefix && { stackName: `${stackPrefix}${placement.id}` }),
    ...(terminationProtection && { terminationProtection }),
    ...options.stackProps?.(placement),
  });
  if (!hub) {
    const id = 'IotJobsExporter';
    new IotJobsExporterStack(scope, id, { ...propsOf({ kind: 'exporter', id }), config, code: code() });
    return;
  }
  const hubId = 'IotJobsHistory';
  const history = new IotJobsHistoryStack(scope, hubId, {
    ...propsOf({ kind: 'history', id: hubId, account: hub.account, region: hub.region }),
    env: { account: hub.account, region: hub.region },
    config: { ...config, history: hub },
    ...(inlineCode !== undefined && { inlineCode }),
    ...(prepareStackSet && { prepareStackSet }),
    ...(options.healthCode && { healthCode: options.healthCode() }),
  });
  const { ofHistory: historyOptions } = partsOf(config);
  const exporters = placementsOf(config).map(({ account, region, options: exporterOptions }) => {
    const id = `IotJobsExporter-${account}-${region}`;
    const target = new IotJobsTargetStack(scope, id, {
      ...propsOf({ kind: 'target', id, account, region }),
      env: { account, region },
      hub,
      historyOptions,
      options: exporterOptions,
      code: code(),
    });
    // No bucket, no snapshot: the hub goes first.
    target.node.addDependency(history.history.bucket);
    // One sum of all below, in the place of a line for each.
    Annotations.of(target).acknowledgeInfo(COST_ID);
    return target.exporter.monitoring.monitored;
  });
  // The hub is part of the costs of its organization, or else of the sum of all.
  const placed = config.organization ? exporters : [history.health.monitored, ...exporters];
  const whose = config.organization ? "The targets' exporters: " : '';
  if (placed.length > 0) Annotations.of(history).addInfoV2(`${COST_ID}-of-all`, `${whose}${costLine(sumOf(placed))}`);
  sayCostOfOrganization(history, config);
}

/** How many accounts it has is not known, so it is no part of the sum of all. */
function sayCostOfOrganization(stack: IotJobsHistoryStack, config: CheckedConfig): void {
  const { organization, history: hub } = config;
  if (!organization || !stack.organization) return;
  const line = organizationCostLine({
    options: optionsOfOrganization(config, organization),
    ofEach: stack.organization.monitored,
    ofHub: stack.health.monitored,
    everyMinutes: hub?.healthEveryMinutes ?? DEFAULT_HEALTH_MINUTES,
    regions: organization.regions.length,
  });
  Annotations.of(stack).addInfoV2(`${COST_ID}-of-organization`, line);
}

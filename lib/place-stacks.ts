import { Annotations, type Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { DEFAULT_HEALTH_MINUTES } from './config/hub-config.ts';
import { optionsOfOrganization } from './config/organization.ts';
import { placementsOf, splitOptions } from './config/targets.ts';
import { bundledCode } from './exporter/bundle.ts';
import { COST_ID, costLine, sumOf } from './exporter/metrics-cost.ts';
import { IotJobsHistoryStack } from './hub-stacks.ts';
import { IotJobsExporterStack } from './iot-jobs-exporter-stack.ts';
import { organizationCostLine } from './organization/organization-cost.ts';
import { IotJobsTargetStack } from './target-stack.ts';

/** A stack that {@link placeStacks} makes. */
export interface StackPlacement {
  /**
   * Kind of the stack. `exporter`: the exporter and the history of one account and Region. `history`: the history of the
   * hub. `target`: the exporter of one target.
   */
  readonly kind: 'exporter' | 'history' | 'target';
  /** Construct id. With `stackPrefix` before it, it is the stack's name. */
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

/** Options for {@link placeStacks}. */
export interface PlaceStacksOptions {
  /**
   * Makes the code of the exporters' function. It is called once for each stack.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: () => lambda.Code;
  /**
   * Source of the exporters' function for the StackSet of an organization, whose template has it inline: CommonJS that
   * exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly inlineCode?: string;
  /**
   * Changes the stack from which the template of an organization's StackSet is made. Aspects of the app do not reach that
   * stack.
   *
   * @default - the stack is not changed
   */
  readonly prepareStackSet?: (stack: Stack) => void;
  /**
   * Makes the code of the hub's function, which checks the exports.
   *
   * @default - the bundle that comes with this package
   */
  readonly healthCode?: () => lambda.Code;
  /**
   * Properties of each stack, such as `tags`, `permissionsBoundary` or `synthesizer`. They override the configuration's
   * stack names and termination protection. `env` is used for the kind `exporter` only: the other stacks have the accounts
   * and Regions of the configuration, which the history's policy names.
   *
   * @default - none
   */
  readonly stackProps?: (placement: StackPlacement) => StackProps;
}

/**
 * Makes the stacks of a configuration. Without a hub that is `IotJobsExporter`. With a hub it is `IotJobsHistory`, which
 * contains the StackSet of an organization, and `IotJobsExporter-ACCOUNT-REGION` for each target. `stackPrefix` changes the
 * names of the stacks, but no logical ids.
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
  const { historyOptions } = splitOptions(config);
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
    // The exporters need the hub's bucket.
    target.node.addDependency(history.history.bucket);
    // The sum of all is added below instead.
    Annotations.of(target).acknowledgeInfo(COST_ID);
    return target.exporter.monitoring.monitored;
  });
  // The hub is part of the costs of its organization, or else of the sum of all.
  const placed = config.organization ? exporters : [history.health.monitored, ...exporters];
  const scopeOfSum = config.organization ? "The targets' exporters: " : '';
  if (placed.length > 0)
    Annotations.of(history).addInfoV2(`${COST_ID}-of-all`, `${scopeOfSum}${costLine(sumOf(placed))}`);
  addOrganizationCost(history, config);
}

/** Adds the cost of the organization's exporters. It is apart from the sum, since the number of accounts is not known. */
function addOrganizationCost(stack: IotJobsHistoryStack, config: CheckedConfig): void {
  const { organization, history: hub } = config;
  if (!organization || !stack.organization) return;
  const line = organizationCostLine({
    options: optionsOfOrganization(config, organization),
    exporterMonitoring: stack.organization.monitored,
    hubMonitoring: stack.health.monitored,
    everyMinutes: hub?.healthEveryMinutes ?? DEFAULT_HEALTH_MINUTES,
    regions: organization.regions.length,
  });
  Annotations.of(stack).addInfoV2(`${COST_ID}-of-organization`, line);
}

import { Annotations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { placementsOf } from './config/targets.ts';
import { bundledCode } from './exporter/bundle.ts';
import { COST_ID, costLine, sumOf } from './exporter/metrics-cost.ts';
import { IotJobsHistoryStack, IotJobsTargetStack } from './hub-stacks.ts';
import { IotJobsExporterStack } from './iot-jobs-exporter-stack.ts';

/**
 * Makes the stacks of a configuration: `IotJobsExporter` alone, or with targets `IotJobsHistory` in the hub and
 * `IotJobsExporter-ACCOUNT-REGION` for each target.
 *
 * @param code makes the function's code, for each stack anew; by default the bundle that comes with this package
 */
export function placeStacks(scope: Construct, config: CheckedConfig, code: () => lambda.Code = bundledCode): void {
  const { history: hub } = config;
  if (!hub) {
    new IotJobsExporterStack(scope, 'IotJobsExporter', { config, code: code() });
    return;
  }
  const history = new IotJobsHistoryStack(scope, 'IotJobsHistory', { config: { ...config, history: hub } });
  const exporters = placementsOf(config).map(({ account, region, options }) => {
    const target = new IotJobsTargetStack(scope, `IotJobsExporter-${account}-${region}`, {
      env: { account, region },
      hub,
      options,
      code: code(),
    });
    // No bucket, no snapshot: the hub goes first.
    target.addStackDependency(history);
    // One sum of all below, in the place of a line for each.
    Annotations.of(target).acknowledgeInfo(COST_ID);
    return target.exporter.monitoring.monitored;
  });
  Annotations.of(history).addInfoV2(`${COST_ID}-of-all`, costLine(sumOf(exporters)));
}

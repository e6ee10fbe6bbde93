import { Annotations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { partsOf, placementsOf } from './config/targets.ts';
import { bundledCode } from './exporter/bundle.ts';
import { COST_ID, costLine } from './exporter/metrics-cost.ts';
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
  const placements = placementsOf(config);
  const { ofHistory: historyOptions } = partsOf(config);
  let alarmCount = 0;
  for (const { account, region, options } of placements) {
    const target = new IotJobsTargetStack(scope, `IotJobsExporter-${account}-${region}`, {
      env: { account, region },
      hub,
      historyOptions,
      options,
      code: code(),
    });
    // No bucket, no snapshot: the hub goes first.
    target.addStackDependency(history);
    // One sum of all below, in the place of a line for each.
    Annotations.of(target).acknowledgeInfo(COST_ID);
    alarmCount += target.exporter.monitoring.alarms.alarms.length;
  }
  const exports = placements.flatMap(({ options }) => options.exports);
  Annotations.of(history).addInfoV2(`${COST_ID}-of-all`, costLine(exports, alarmCount));
}

import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { placeOf } from './place.ts';

/** The exporters of each app, by account, Region and export; the first of each. */
const EXPORTERS = new WeakMap<IConstruct, Map<string, IConstruct>>();

/**
 * Refuses, at synthesis, a second exporter with the same export in one account and Region. CloudWatch's metrics have only the
 * export's name as their dimension, so that each exporter would hide that the other is silent.
 *
 * Two stacks whose environment is known only at deployment may be for different accounts, so there is only a warning.
 */
export function refuseSharedMetrics(exporter: IConstruct, exportNames: readonly string[]): void {
  const { root } = exporter.node;
  const exporters = EXPORTERS.get(root) ?? new Map<string, IConstruct>();
  EXPORTERS.set(root, exporters);
  const { account, region } = placeOf(exporter);
  const isUnknown = Token.isUnresolved(account) || Token.isUnresolved(region);
  for (const name of exportNames) {
    const key = [account, region, name].join('/');
    const first = exporters.get(key) ?? exporter;
    exporters.set(key, first);
    if (first === exporter) continue;
    const message =
      `${exporter.node.path} must not have the export ${JSON.stringify(name)}, which ${first.node.path} has in the same ` +
      'account and Region: both would write the same metrics, and no alarm would tell that one is silent; give it ' +
      'another name';
    if (isUnknown && Stack.of(first) !== Stack.of(exporter)) {
      const withEnv = `${message}, or, where the stacks go to different accounts or Regions, give both an env`;
      Annotations.of(exporter).addWarningV2('iot-jobs-exporter:shared-metrics', withEnv);
    } else {
      exporter.node.addValidation({ validate: () => [message] });
    }
  }
}

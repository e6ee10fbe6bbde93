import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import type { ExportConfig } from '../config/config.ts';
import { ConfigurationError, UsageError } from '../config/errors.ts';
import { expiryMistakes } from '../config/history-rules.ts';
import type { IIotJobsHistory } from './history.ts';
import { describePlace, isSame, placeOf } from './place.ts';
import { refuseSharedMetrics } from './shared-metrics.ts';

/**
 * Registers an exporter with its history, and gives the environment variables of the function that depend on the history: the
 * bucket's Region, if it is another one, and the Object Lock.
 *
 * @throws UsageError where the history's environment is known only at deployment and the exporter's at synthesis, or where
 * rows expire before the next snapshot
 */
export function useHistory(
  exporter: IConstruct,
  history: IIotJobsHistory,
  exports: readonly ExportConfig[],
): Record<string, string> {
  const place = placeOf(exporter);
  const { bucketRegion, objectLock } = history;
  const exportNames = exports.map(({ name }) => name);
  refuseUnknownPlace(exporter, history);
  refuseEarlyExpiry(exporter, history, exports);
  history.registerExporter({ ...place, construct: exporter, exportNames });
  refuseSharedMetrics(exporter, exportNames);
  return {
    ...(bucketRegion && !isSame(bucketRegion, place.region) && { [ENVIRONMENT.bucketRegion]: bucketRegion }),
    ...(objectLock && { [ENVIRONMENT.objectLock]: `${objectLock.mode} ${objectLock.days}` }),
  };
}

/** A token of the history's account or Region would have the value of the exporter's stack there. */
function refuseUnknownPlace(exporter: IConstruct, { bucketRegion, ownerAccountId, node }: IIotJobsHistory): void {
  const exporterPlace = placeOf(exporter);
  const { account, region } = {
    account: ownerAccountId ?? exporterPlace.account,
    region: bucketRegion ?? exporterPlace.region,
  };
  const isUnknown = (value: string, ownValue: string) => Token.isUnresolved(value) && !Token.isUnresolved(ownValue);
  if (!isUnknown(account, exporterPlace.account) && !isUnknown(region, exporterPlace.region)) return;
  throw new UsageError(
    `${node.path} must be in a stack with env, for ${exporter.node.path}, which writes to it, is; got ` +
      `${describePlace({ account, region })} and ${describePlace(exporterPlace)}`,
  );
}

function refuseEarlyExpiry(
  exporter: IConstruct,
  { expireRowsAfterDays, node }: IIotJobsHistory,
  exports: readonly ExportConfig[],
): void {
  if (expireRowsAfterDays === undefined) return;
  const mistakes = expiryMistakes({ expireRowsAfterDays, exports });
  if (mistakes.length > 0)
    throw new ConfigurationError(`${node.path}, to which ${exporter.node.path} writes,`, mistakes);
}

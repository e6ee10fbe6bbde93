import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import type { Hub } from './hub-config.ts';
import { keyArnMistake } from './kms-keys.ts';
import { partitionOf } from './regions.ts';

/**
 * Finds Regions of another partition than the history's: a role cannot access a bucket in another partition.
 *
 * @param path of the key `regions`, such as `targets[0].`
 */
export function partitionMistakes({ region: historyRegion }: Hub, regions: readonly string[], path: string): string[] {
  const partition = partitionOf(historyRegion);
  return regions.flatMap((region, index) => {
    const regionPartition = partitionOf(region);
    if (regionPartition === undefined || partition === undefined || regionPartition === partition) return [];
    const requirement = `must be in the partition of history.region, ${partition}, and ${region} is in ${regionPartition}`;
    return [refusal(`${path}regions[${index}] ${requirement}: give it a history of its own`, region)];
  });
}

/**
 * Finds keys that are not in the bucket's Region, and retired keys that are still in use.
 * Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 */
export function keyRegionMistakes({ region, customerKey }: Hub, retiredKeys: readonly string[]): string[] {
  const current = typeof customerKey === 'string' ? customerKey : undefined;
  const keys = [
    ...(current ? [{ key: current, path: 'history.customerKey' }] : []),
    ...retiredKeys.map((key, index) => ({ key, path: `retiredKeys[${index}]` })),
  ];
  const inUse = current ? retiredKeys.indexOf(current) : -1;
  const requirement = 'must not be history.customerKey, which is in use: remove it from one of the two';
  return [
    ...keys.flatMap(({ key, path }) =>
      keyArnMistake(key) || partsOfArn(key).region === region
        ? []
        : [refusal(`${path} must be a key in ${region}, where the bucket is`, key)],
    ),
    ...(inUse >= 0 ? [refusal(`retiredKeys[${inUse}] ${requirement}`, current)] : []),
  ];
}

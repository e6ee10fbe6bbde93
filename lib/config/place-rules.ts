import { refusal } from '../../lambda/contract/rules.ts';
import { partsOfArn } from './arns.ts';
import type { Hub } from './hub-config.ts';
import { keyArnMistake } from './kms-keys.ts';
import { partitionOf } from './regions.ts';

/**
 * No role of one partition can reach a bucket of another.
 *
 * @param path of the key `regions`, such as `targets[0].`
 */
export function regionPlaceMistakes({ region: home }: Hub, regions: readonly string[], path: string): string[] {
  const partition = partitionOf(home);
  return regions.flatMap((region, at) => {
    const own = partitionOf(region);
    if (own === undefined || partition === undefined || own === partition) return [];
    const why = `must be in the partition of history.region, ${partition}, and ${region} is in ${own}`;
    return [refusal(`${path}regions[${at}] ${why}: give it a history of its own`, region)];
  });
}

/**
 * A bucket's objects are encrypted with keys of its own Region.
 * Source: Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
 */
export function keyPlaceMistakes({ region, customerKey }: Hub, retiredKeys: readonly string[]): string[] {
  const current = typeof customerKey === 'string' ? customerKey : undefined;
  const named = [
    ...(current ? [{ key: current, path: 'history.customerKey' }] : []),
    ...retiredKeys.map((key, index) => ({ key, path: `retiredKeys[${index}]` })),
  ];
  const still = current ? retiredKeys.indexOf(current) : -1;
  const mend = 'must not be history.customerKey, which is in use: remove it from one of the two';
  return [
    ...named.flatMap(({ key, path }) =>
      keyArnMistake(key) || partsOfArn(key).region === region
        ? []
        : [refusal(`${path} must be a key in ${region}, where the bucket is`, key)],
    ),
    ...(still >= 0 ? [refusal(`retiredKeys[${still}] ${mend}`, current)] : []),
  ];
}

import { RegionInfo } from 'aws-cdk-lib/region-info';
import { nearest } from './nearest.ts';

/**
 * The partition of a Region, such as `aws` or `aws-cn`; `undefined` for a Region that the AWS CDK does not know.
 * The list is that of the aws-cdk-lib in use, with what an app adds by `Fact.register`.
 */
export function partitionOf(region: string): string | undefined {
  return RegionInfo.get(region).partition;
}

/**
 * Says what is wrong with the name of a Region, or nothing. A Region that the AWS CDK does not know is refused, since
 * it is a typing error far more often than a Region newer than the AWS CDK.
 */
export function regionMistake(name: string): string | undefined {
  if (partitionOf(name) !== undefined) return undefined;
  const known = RegionInfo.regions.map((region) => region.name);
  const meant = nearest(name, known);
  return (
    `must be a Region that aws-cdk-lib knows${meant ? ` (did you mean ${meant}?)` : ', such as eu-west-1'}; for a newer ` +
    "one update aws-cdk-lib, or add Fact.register({ region, name: FactName.PARTITION, value: 'aws' })"
  );
}

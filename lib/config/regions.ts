import { RegionInfo } from 'aws-cdk-lib/region-info';
import { nearest } from './nearest.ts';

/**
 * The partition of a Region, such as `aws` or `aws-cn`; `undefined` for a Region that the AWS CDK does not know. The list is
 * that of the installed aws-cdk-lib, and of `Fact.register` in the app.
 */
export function partitionOf(region: string): string | undefined {
  return RegionInfo.get(region).partition;
}

/**
 * Describes what is wrong with the name of a Region; `undefined` means that nothing is. A Region that the AWS CDK does not
 * know is refused, since it is more often a typing error than a new Region.
 */
export function regionMistake(name: string): string | undefined {
  if (partitionOf(name) !== undefined) return undefined;
  const known = RegionInfo.regions.map((region) => region.name);
  const suggestion = nearest(name, known);
  return (
    `must be a Region that aws-cdk-lib knows${suggestion ? ` (did you mean ${suggestion}?)` : ', such as eu-west-1'}; for a newer ` +
    "one update aws-cdk-lib, or add Fact.register({ region, name: FactName.PARTITION, value: 'aws' })"
  );
}

import { partitionOf, regionMistake } from './regions.ts';

/** The parts of an ARN. */
export interface ArnParts {
  /** Partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** Region, or `{region}`. */
  readonly region: string;
  /** Account, or `{account}`. */
  readonly account: string;
  /** Resource, the rest after the account. */
  readonly resource: string;
}

/** Splits an ARN, `arn:partition:service:region:account:resource`. */
export function partsOfArn(arn: string): ArnParts {
  const [, partition = '', , region = '', account = '', ...resource] = arn.split(':');
  return { partition, region, account, resource: resource.join(':') };
}

/**
 * Describes what is wrong with the Region of an ARN: it is unknown, or of another partition. The placeholder `{region}` is
 * valid. `undefined` means that nothing is wrong.
 */
export function arnRegionMistake(arn: string): string | undefined {
  const { partition, region } = partsOfArn(arn);
  if (region === '{region}') return undefined;
  const mistake = regionMistake(region);
  if (mistake) return `has ${JSON.stringify(region)}, which ${mistake}`;
  const partitionOfRegion = partitionOf(region);
  return partitionOfRegion === partition
    ? undefined
    : `must begin with arn:${partitionOfRegion}:, the partition of ${region}`;
}

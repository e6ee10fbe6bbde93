import { partitionOf, regionMistake } from './regions.ts';

/** The parts of an ARN. */
export interface ArnParts {
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** Region, or `{region}`. */
  readonly region: string;
  /** Account, or `{account}`. */
  readonly account: string;
  /** What comes after the account. */
  readonly resource: string;
}

/** The parts of a text of the form `arn:partition:service:region:account:resource`. */
export function partsOfArn(arn: string): ArnParts {
  const [, partition = '', , region = '', account = '', ...resource] = arn.split(':');
  return { partition, region, account, resource: resource.join(':') };
}

/** Says so where an ARN has a Region that is none, or one of another partition. A placeholder for it is no mistake. */
export function placeMistake(arn: string): string | undefined {
  const { partition, region } = partsOfArn(arn);
  if (region === '{region}') return undefined;
  const mistake = regionMistake(region);
  if (mistake) return `has ${JSON.stringify(region)}, which ${mistake}`;
  const own = partitionOf(region);
  return own === partition ? undefined : `must begin with arn:${own}:, the partition of ${region}`;
}

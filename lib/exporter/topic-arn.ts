import { Token } from 'aws-cdk-lib';
import type { TopicArn } from '../config/alarm-config.ts';
import { partsOfArn } from '../config/arns.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { partitionOf } from '../config/regions.ts';

/** Account and Region of alarms. */
export interface AlarmPlace {
  /** Region of the alarms, such as `eu-west-1`. */
  readonly region: string;
  /** Account of the alarms, for `{account}`; a token where it is not known. */
  readonly account: string;
}

/**
 * Resolves the topic for the alarms of an account and Region. A token is not checked.
 *
 * @throws UsageError for a topic of another Region or partition, and for topics by Region without this Region
 */
export function resolveTopicArn(topic: TopicArn, { region, account }: AlarmPlace): string {
  const pattern = typeof topic === 'string' ? topic : topic[region];
  if (pattern === undefined) {
    throw new UsageError(
      `Alarms in ${region} have no topic: the map of topics by Region must have ${region}; ` +
        `got ${Object.keys(topic).join(', ') || 'none'}. Add it, or write one ARN with {region} for all`,
    );
  }
  const arn = pattern.replaceAll('{region}', region).replaceAll('{account}', account);
  if (!Token.isUnresolved(pattern)) refuseOtherRegion(arn, region);
  return arn;
}

/**
 * Refuses an exporter's topics that alarms in a Region cannot notify. It is for apps whose stacks have no Region.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseTopicsElsewhere(options: CheckedExporterOptions, place: AlarmPlace): void {
  const alarmTopics = options.exports.flatMap(({ alarms = [] }) => alarms.map(({ topicArn }) => topicArn));
  for (const topic of [options.alarmTopicArn, ...alarmTopics]) {
    if (topic !== undefined) resolveTopicArn(topic, place);
  }
}

/** Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes": the topic is in the alarm's Region. */
function refuseOtherRegion(arn: string, region: string): void {
  const { partition, region: topicRegion } = partsOfArn(arn);
  const requiredPartition = partitionOf(region) ?? partition;
  if (topicRegion === region && partition === requiredPartition) return;
  throw new UsageError(
    `A topic of alarms in ${region} must begin with arn:${requiredPartition}:sns:${region}:, since CloudWatch notifies no topic of ` +
      `another Region or partition; got ${JSON.stringify(arn)}. Write {region} in the place of the Region, or give an ` +
      'ARN for each Region',
  );
}

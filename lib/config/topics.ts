import { Token } from 'aws-cdk-lib';
import { partsOfArn, placeMistake } from './arns.ts';
import { partitionOf, regionMistake } from './regions.ts';

/** Source: Amazon SNS API Reference, CreateTopic, Name. A name of a FIFO topic ends in `.fifo`. */
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:([a-z0-9-]+|\{region\}):(\d{12}|\{account\}):[A-Za-z0-9_-]{1,256}$/;

/** What {@link topicArnMistake} asks for. */
export const TOPIC_MUST_BE = 'the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call';

/** Says what is wrong with the ARN of a topic, or a pattern of it, or nothing. */
export function topicArnMistake(arn: string): string | undefined {
  return TOPIC_ARN.test(arn) ? placeMistake(arn) : `must be ${TOPIC_MUST_BE}`;
}

/**
 * Says what is wrong with a topic that stands under a Region's name, or nothing. A mistake of the ARN itself is that of
 * {@link topicArnMistake}, and a token has a Region that nobody knows yet.
 */
export function topicOfRegionMistake(region: string, arn: string): string | undefined {
  const mistake = regionMistake(region);
  const isToken = Token.isUnresolved(arn);
  if (!isToken && topicArnMistake(arn)) return undefined;
  if (mistake) return `is named by a Region, and ${JSON.stringify(region)} ${mistake}`;
  if (isToken) return undefined;
  const { region: own, partition } = partsOfArn(arn);
  if (own !== region && own !== '{region}') return `must be a topic in ${region}, by whose name it stands`;
  return partition === partitionOf(region) ? undefined : `must begin with arn:${partitionOf(region)}:`;
}

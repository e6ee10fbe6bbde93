import { Token } from 'aws-cdk-lib';
import { arnRegionMistake, partsOfArn } from './arns.ts';
import { partitionOf, regionMistake } from './regions.ts';

/** Not of a FIFO topic, whose name ends in `.fifo`. Source: Amazon SNS API Reference, CreateTopic, Name. */
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:([a-z0-9-]+|\{region\}):(\d{12}|\{account\}):[A-Za-z0-9_-]{1,256}$/;

/** The rule of {@link topicArnMistake}, after `must be`. */
export const TOPIC_MUST_BE = 'the ARN of a standard SNS topic, such as arn:aws:sns:eu-west-1:123456789012:on-call';

/** Describes what is wrong with the ARN of a topic or its pattern; `undefined` means that nothing is. */
export function topicArnMistake(arn: string): string | undefined {
  return TOPIC_ARN.test(arn) ? arnRegionMistake(arn) : `must be ${TOPIC_MUST_BE}`;
}

/**
 * Describes what is wrong with the topic of a Region in an object of topics by Region; `undefined` means that nothing is.
 * {@link topicArnMistake} reports an invalid ARN. The Region of a token is not known.
 */
export function topicOfRegionMistake(region: string, arn: string): string | undefined {
  const mistake = regionMistake(region);
  const isToken = Token.isUnresolved(arn);
  if (!isToken && topicArnMistake(arn)) return undefined;
  if (mistake) return `is named by a Region, and ${JSON.stringify(region)} ${mistake}`;
  if (isToken) return undefined;
  const { region: arnRegion, partition } = partsOfArn(arn);
  if (arnRegion !== region && arnRegion !== '{region}') return `must be a topic in ${region}, as its key says`;
  return partition === partitionOf(region) ? undefined : `must begin with arn:${partitionOf(region)}:`;
}

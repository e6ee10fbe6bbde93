import { Token } from 'aws-cdk-lib';
import * as v from 'valibot';
import { refusal, rule, string, text } from '../../lambda/contract/rules.ts';
import type { TopicArn } from './alarm-config.ts';
import { keyArnMistake } from './kms-keys.ts';
import { nearest } from './nearest.ts';
import { TOPIC_MUST_BE, topicArnMistake, topicOfRegionMistake } from './topics.ts';

/** Schemas of the keys of an object whose output is `Options`. */
export type EntriesOf<Options> = {
  readonly [Key in keyof Options]-?: Record<never, never> extends Pick<Options, Key>
    ? v.OptionalSchema<v.GenericSchema<unknown, Exclude<Options[Key], undefined>>, undefined>
    : v.GenericSchema<unknown, Options[Key]>;
};

/** Schema of a number that fulfils a condition. */
export const number = (mustBe: string, holds: (value: number) => boolean) =>
  v.pipe(
    v.number((issue) => refusal(`must be ${mustBe}`, issue.input)),
    rule((value: number) => (holds(value) ? undefined : `must be ${mustBe}`)),
  );

/** Schema of a whole number, both ends included. */
export const wholeNumber = (from: number, to: number) =>
  number(`a whole number from ${from} to ${to}`, (value) => Number.isInteger(value) && value >= from && value <= to);

/**
 * Schema of an object with these keys and no others.
 *
 * @param missingMessages messages for required keys that are missing, by key; the default is `must be there`
 */
export const object = <Entries extends v.ObjectEntries>(
  entries: Entries,
  missingMessages: Readonly<Record<string, string>> = {},
) =>
  v.strictObject(entries, (issue) => {
    const key = String(issue.path?.at(-1)?.key);
    if (!issue.path) return refusal('must be an object', issue.input);
    if (issue.expected !== 'never') return refusal(missingMessages[key] ?? 'must be there', undefined);
    const known = Object.keys(entries);
    const suggestion = nearest(key, known);
    return suggestion ? `is not a key: did you mean ${suggestion}?` : `is not a key: the keys are ${known.join(', ')}`;
  });

/**
 * Schema of a list of objects.
 *
 * @param ofWhat what the list contains, for messages, such as `targets`
 */
export const listOfObjects = <Item>(item: v.GenericSchema<unknown, Item>, ofWhat: string) =>
  v.array(item, (issue) => refusal(`must be a list of ${ofWhat}`, issue.input));

/** Schema of a boolean. */
export const flag = v.boolean((issue) => refusal('must be true or false', issue.input));

/** Schema of an account: 12 digits. */
export const account = text({ pattern: /^\d{12}$/, mustBe: 'the 12 digits of an account, as text' });

/** A rule for literals. A token of the AWS CDK, such as the ARN of a resource of the app, has no value yet. */
const ofLiterals = (mistake: (value: string) => string | undefined) =>
  rule((value: string) => (Token.isUnresolved(value) ? undefined : mistake(value)));

/** Schema of the ARN of a key of AWS KMS. */
export const keyArn = v.pipe(string('the ARN of a key of AWS KMS'), ofLiterals(keyArnMistake));

const topicArn = v.pipe(string(TOPIC_MUST_BE), ofLiterals(topicArnMistake));

const topicOfEachRegion = v.pipe(
  v.record(v.string(), topicArn, (issue) =>
    refusal(`must be ${TOPIC_MUST_BE}, a pattern of it, or one for each Region`, issue.input),
  ),
  rule((topics: Record<string, string>) =>
    Object.keys(topics).length > 0 ? undefined : 'must have a topic for a Region at least',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value: input } = dataset;
    for (const [key, value] of Object.entries(input)) {
      const mistake = topicOfRegionMistake(key, value);
      const path = [{ type: 'object', origin: 'value', input, key, value }] as [v.ObjectPathItem];
      if (mistake) addIssue({ message: refusal(mistake, value), path });
    }
  }),
);

/** Schema of the ARN of a topic, a pattern of it, or an ARN for each Region. */
export const topic: v.GenericSchema<unknown, TopicArn> = v.lazy((input) =>
  typeof input === 'string' || Array.isArray(input) ? topicArn : topicOfEachRegion,
);

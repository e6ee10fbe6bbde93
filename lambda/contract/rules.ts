import * as v from 'valibot';
import {
  EXPORT_NAME,
  JOB_STATUSES,
  NAMESPACE_ID,
  TARGET_SELECTIONS,
  type TextRule,
  THING_GROUP_ID,
  THING_GROUP_NAME,
} from './jobs.ts';

/** Characters of a received value that a message shows, at most. */
const MAX_SHOWN = 120;

/** A received value as a message shows it. */
function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = asText(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A value as JSON, if it can be: BigInts, circular references, functions and objects with a throwing `toJSON` cannot. */
function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'bigint' ? `${value}n` : Object.prototype.toString.call(value);
  }
}

/** The message for an invalid value: `must be …; got …`. */
export function refusal(mistake: string, value: unknown): string {
  return `${mistake}; got ${excerpt(value)}`;
}

/** A rule for one value, by a function that returns the mistake, if any. It is not called for a value of the wrong type. */
export const rule = <Value>(mistake: (value: Value) => string | undefined) =>
  v.rawCheck<Value>(({ dataset, addIssue }) => {
    const message = dataset.typed ? mistake(dataset.value) : undefined;
    if (message) addIssue({ message: refusal(message, dataset.value) });
  });

export const string = (mustBe: string) => v.string((issue) => refusal(`must be ${mustBe}`, issue.input));

export const text = ({ pattern, mustBe }: TextRule) =>
  v.pipe(
    string(mustBe),
    rule((value: string) => (pattern.test(value) ? undefined : `must be ${mustBe}`)),
  );

export const wholeNumber = (min: number, max: number) => {
  const mustBe = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number((issue) => refusal(mustBe, issue.input)),
    rule((value: number) => (Number.isSafeInteger(value) && value >= min && value <= max ? undefined : mustBe)),
  );
};

export const oneOf = <const Values extends readonly (string | number)[]>(values: Values) =>
  v.picklist(values, (issue) => refusal(`must be one of ${values.join(', ')}`, issue.input));

export const listOf = <Output extends string>(item: v.GenericSchema<unknown, Output>) =>
  v.pipe(
    v.array(item, (issue) => refusal('must be a list', issue.input)),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const duplicates = dataset.value.filter((value, index, all) => all.indexOf(value) !== index);
      if (duplicates.length > 0)
        addIssue({ message: refusal('must not name anything twice', [...new Set(duplicates)]) });
    }),
  );

export const notEmpty = <Output extends string>(list: v.GenericSchema<unknown, Output[]>, advice: string) =>
  v.pipe(
    list,
    rule((values: Output[]) => (values.length > 0 ? undefined : advice)),
  );

export const exportName = text(EXPORT_NAME);

const NO_GROUP = 'must name a thing group, or be left out for the account as a whole';

/**
 * The filters of ListJobs, the same in the event and in the configuration. An absent list means all; an empty list is refused,
 * because it would silently mean the same.
 */
export const filters = {
  statuses: v.optional(notEmpty(listOf(oneOf(JOB_STATUSES)), 'must name a status, or be left out for all of them')),
  thingGroups: v.optional(notEmpty(listOf(text(THING_GROUP_NAME)), NO_GROUP)),
  thingGroupIds: v.optional(notEmpty(listOf(text(THING_GROUP_ID)), NO_GROUP)),
  targetSelection: v.optional(oneOf(TARGET_SELECTIONS)),
  namespaceId: v.optional(text(NAMESPACE_ID)),
};

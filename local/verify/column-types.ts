import { type Column, LISTING_FIELDS } from '../../lambda/contract/columns.ts';
import { isTimestamp } from './is-timestamp.ts';

/** Characters of a wrong value that a message shows. */
const SHOWN = 40;

type Check = (value: unknown) => boolean;

const CHECKS: Readonly<Record<Column['type'], Check>> = {
  string: (value) => typeof value === 'string',
  timestamp: (value) => typeof value === 'string' && isTimestamp(value),
  boolean: (value) => typeof value === 'boolean',
  // All are counts and sizes.
  bigint: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  // Its elements have a check of their own.
  listings: (value) => Array.isArray(value),
};

const WANTED: Readonly<Record<Column['type'], string>> = {
  string: 'text',
  timestamp: 'a time as 2026-11-23 18:00:00.000',
  boolean: 'true or false',
  bigint: 'a whole number from 0 on',
  listings: 'a list',
};

/** What is wrong with the types of a JSON value that should have some columns; empty when nothing is. */
export type TypeCheck = (value: unknown) => readonly string[];

const NOTHING: readonly string[] = [];

/** A check of JSON values against the columns of a table: all there, no other, each of its type. */
export function typeCheck(columns: readonly Column[]): TypeCheck {
  const compiled = columns.map(({ name, type, nullable = false }) => ({ name, isOfType: CHECKS[type], nullable }));
  const listings = columns.find(({ type }) => type === 'listings')?.name;

  function isRight(value: Readonly<Record<string, unknown>>): boolean {
    let others = 0;
    for (const _ in value) others += 1;
    if (others !== compiled.length) return false;
    for (const { name, isOfType, nullable } of compiled) {
      const field = value[name];
      if (!(nullable && field === null) && !isOfType(field)) return false;
    }
    return true;
  }

  return (value) => {
    if (!isObject(value)) return [`is not an object, but ${shown(value)}`];
    const faults = isRight(value) ? NOTHING : faultsOf(value, columns);
    if (listings === undefined || faults.length > 0) return faults;
    return (value[listings] as unknown[]).flatMap((element, i) =>
      checkListing(element).map((fault) => `listing ${i + 1} ${fault}`),
    );
  };
}

const checkListing = typeCheck(LISTING_FIELDS);

function faultsOf(value: Readonly<Record<string, unknown>>, columns: readonly Column[]): string[] {
  const names = new Set(columns.map(({ name }) => name));
  const unknown = Object.keys(value).filter((name) => !names.has(name));
  return [
    ...columns.flatMap(({ name, type, nullable }) => {
      if (!Object.hasOwn(value, name)) return [`has no ${name}`];
      const field = value[name];
      if ((nullable && field === null) || CHECKS[type](field)) return [];
      return [`has ${shown(field)} for ${name}, which must be ${WANTED[type]}${nullable ? ' or null' : ''}`];
    }),
    ...unknown.map((name) => `has ${shown(name)}, which is no column that this version knows`),
  ];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as JSON, cut. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

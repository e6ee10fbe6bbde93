import type { Column, ColumnType, ScalarType } from './columns.ts';
import { isTimestamp } from './is-timestamp.ts';

/** Characters of a wrong value that a message shows, at most. */
const MAX_SHOWN = 40;

type Check = (value: unknown) => boolean;

const CHECKS: Readonly<Record<ScalarType, Check>> = {
  string: (value) => typeof value === 'string',
  timestamp: (value) => typeof value === 'string' && isTimestamp(value),
  boolean: (value) => typeof value === 'boolean',
  // All are counts and sizes, so none is negative.
  bigint: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  double: (value) => Number.isFinite(value),
};

const EXPECTED: Readonly<Record<ScalarType, string>> = {
  string: 'text',
  timestamp: 'a time as 2026-11-23 18:00:00.000',
  boolean: 'true or false',
  bigint: 'a whole number from 0 on',
  double: 'a number',
};

/** Lists the faults of a JSON value that should have some columns; empty when it has none. */
export type TypeCheck = (value: unknown) => readonly string[];

const NO_FAULTS: readonly string[] = [];

/**
 * Makes a check of JSON values against the columns of a table: each column is there and of its type, except those that older
 * versions omit, and there is no other.
 *
 * @param allowsUnknown whether unknown columns are allowed: newer versions add some
 */
export function typeCheck(columns: readonly Column[], allowsUnknown = false): TypeCheck {
  const compiled = columns.map(({ name, type, nullable = false, mayBeAbsent = false }) => ({
    name,
    isOfType: checkOf(type),
    nullable,
    mayBeAbsent,
  }));
  const nested = columns.flatMap(({ name, type }) =>
    typeof type === 'string' ? [] : [{ name, faultsOf: nestedCheck(type, allowsUnknown) }],
  );

  function isValid(value: Readonly<Record<string, unknown>>): boolean {
    let fieldCount = 0;
    for (const _ in value) fieldCount += 1;
    for (const { name, isOfType, nullable, mayBeAbsent } of compiled) {
      const field = value[name];
      if (field === undefined && mayBeAbsent) fieldCount += 1;
      else if (!(nullable && field === null) && !isOfType(field)) return false;
    }
    return allowsUnknown || fieldCount === compiled.length;
  }

  return (value) => {
    if (!isObject(value)) return [`is not an object, but ${jsonExcerpt(value)}`];
    const faults = isValid(value) ? NO_FAULTS : faultsOf(value, columns, allowsUnknown);
    if (nested.length === 0 || faults.length > 0) return faults;
    return nested.flatMap(({ name, faultsOf }) => {
      const field = value[name];
      if (Array.isArray(field)) {
        return field.flatMap((element, i) => faultsOf(element).map((fault) => `${name}[${i + 1}] ${fault}`));
      }
      return isObject(field) ? faultsOf(field).map((fault) => `${name} ${fault}`) : [];
    });
  };
}

/** Makes a check of the elements of an array, or of a struct. */
function nestedCheck(type: Exclude<ColumnType, ScalarType>, allowsUnknown: boolean): TypeCheck {
  const elementType = 'struct' in type ? type.struct : type.arrayOf;
  if (typeof elementType !== 'string') return typeCheck(elementType, allowsUnknown);
  return (value) =>
    CHECKS[elementType](value) ? NO_FAULTS : [`is ${jsonExcerpt(value)}, which must be ${EXPECTED[elementType]}`];
}

function checkOf(type: ColumnType): Check {
  if (typeof type === 'string') return CHECKS[type];
  return 'struct' in type ? isObject : Array.isArray;
}

function expectedForm(type: ColumnType): string {
  if (typeof type === 'string') return EXPECTED[type];
  return 'struct' in type ? 'an object' : 'a list';
}

function faultsOf(
  value: Readonly<Record<string, unknown>>,
  columns: readonly Column[],
  allowsUnknown: boolean,
): string[] {
  const unknown = allowsUnknown ? [] : unknownFields(value, columns);
  return [
    ...columns.flatMap(({ name, type, nullable, mayBeAbsent }) => {
      if (!Object.hasOwn(value, name)) return mayBeAbsent ? [] : [`has no ${name}`];
      const field = value[name];
      if ((nullable && field === null) || checkOf(type)(field)) return [];
      return [
        `has ${jsonExcerpt(field)} for ${name}, which must be ${expectedForm(type)}${nullable ? ' or null' : ''}`,
      ];
    }),
    ...unknown.map((name) => `has ${jsonExcerpt(name)}, which is no column that this version knows`),
  ];
}

/** Fields of an object that are not columns. */
export function unknownFields(value: object, columns: readonly Column[]): string[] {
  const names = new Set(columns.map(({ name }) => name));
  return Object.keys(value).filter((name) => !names.has(name));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as JSON, cut to {@link MAX_SHOWN}. */
function jsonExcerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** The types of the tables in the syntax of each library of docs/reading.md, from the contract's columns. */
import {
  athenaType,
  CHANGES_COLUMNS,
  type Column,
  type ColumnType,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  LISTING_FIELDS,
  PARTITION_COLUMNS,
  type ScalarType,
  SNAPSHOTS_COLUMNS,
} from '../lambda/contract/columns.ts';

const TABLES: readonly (readonly [name: string, columns: readonly Column[]])[] = [
  ['JOBS', JOBS_COLUMNS],
  ['CHANGES', CHANGES_COLUMNS],
  ['DETAILS', JOB_DETAILS_COLUMNS],
  ['SNAPSHOTS', SNAPSHOTS_COLUMNS],
  ['PARTITIONS', PARTITION_COLUMNS],
];

/** Maximum of characters of a line in a code block. */
const WIDTH = 100;

/** Short names of the scalar types. */
const WORDS: Readonly<Record<ScalarType, string>> = {
  string: 'TEXT',
  timestamp: 'TIME',
  bigint: 'COUNT',
  double: 'NUMBER',
  boolean: 'FLAG',
};

/** The code block at the beginning of each library's section. */
export const SCHEMAS: Readonly<Record<string, string>> = {
  // An integer that may be null is Int64: int64 has no null.
  pandas: [
    `TEXT, TIME, COUNT, FLAG, NESTED = 'string', 'datetime64[ms, UTC]', 'Int64', 'boolean', 'object'`,
    ...[...TABLES, ['LISTINGS', LISTING_FIELDS] as const].map(([name, columns]) =>
      dictionary(`${name} = {`, columns, () => 'NESTED', '}'),
    ),
  ].join('\n'),
  polars: [
    'import polars as pl\n',
    `TEXT, TIME, COUNT, FLAG = pl.String, pl.Datetime('ms', 'UTC'), pl.Int64, pl.Boolean\nNUMBER = pl.Float64`,
    ...TABLES.map(([name, columns]) =>
      dictionary(`${name} = {`, columns, nestedIn({ array: 'pl.List', struct: 'pl.Struct' }), '}'),
    ),
  ].join('\n'),
  pyarrow: [
    'import pyarrow as pa\n',
    `TEXT, TIME, COUNT, FLAG = pa.string(), pa.timestamp('ms', 'UTC'), pa.int64(), pa.bool_()\nNUMBER = pa.float64()`,
    ...TABLES.map(([name, columns]) =>
      dictionary(`${name} = pa.schema({`, columns, nestedIn({ array: 'pa.list_', struct: 'pa.struct' }), '})'),
    ),
  ].join('\n'),
  // Spark's `timestamp` would read the text as a time in the session's time zone.
  spark: TABLES.map(([name, columns]) => {
    const written = columns.map((column) => {
      const type = athenaType(column.type).replaceAll('timestamp', 'timestamp_ntz');
      return `${column.name} ${type.replaceAll(/[:,]/g, (mark) => `${mark} `)}`;
    });
    return `${name} = """\n${packed(written).join('\n')}\n"""`;
  }).join('\n'),
};

const MARKED = /(?<=<!-- the types of (?<library>\w+), [^\n]*-->\n\n```python\n).*?(?=^```$)/gms;

/** Returns the document with the contract's current types in the marked blocks. */
export function withSchemas(document: string): string {
  const marked = [...document.matchAll(MARKED)].map(({ groups }) => groups?.library ?? '');
  const libraries = Object.keys(SCHEMAS);
  if (marked.toSorted().join() !== libraries.toSorted().join()) {
    throw new Error(`Code blocks are marked as the types of ${marked}; there must be one of each of ${libraries}`);
  }
  return document.replaceAll(MARKED, () => `${SCHEMAS[marked.shift() ?? '']}\n`);
}

type Nested = (type: Exclude<ColumnType, ScalarType>) => string;

function dictionary(begin: string, columns: readonly Column[], nested: Nested, end: string): string {
  return [begin, ...packed(entries(columns, nested)), end].join('\n');
}

function entries(columns: readonly Column[], nested: Nested): string[] {
  return columns.map(({ name, type }) => `'${name}': ${typeof type === 'string' ? WORDS[type] : nested(type)}`);
}

function nestedIn({ array, struct }: { readonly array: string; readonly struct: string }): Nested {
  const structOf = (columns: readonly Column[]) => `${struct}({${entries(columns, nested).join(', ')}})`;
  const nested: Nested = (type) => {
    if ('struct' in type) return structOf(type.struct);
    return `${array}(${typeof type.arrayOf === 'string' ? WORDS[type.arrayOf] : structOf(type.arrayOf)})`;
  };
  return nested;
}

/** Joins items with commas, and wraps lines. A long item is wrapped after its commas. */
function packed(items: readonly string[]): string[] {
  const words = items.join(', ').split(/(?<=,) /);
  const lines: string[] = [];
  for (const word of words) {
    const line = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && line.length <= WIDTH) lines[lines.length - 1] = line;
    else lines.push(`    ${word}`);
  }
  return lines;
}

import type { Cell } from '../../model.ts';
import { count } from '../base/format.ts';

type Row = readonly Cell[];

/** What is known of a column without showing it. */
export interface ColumnFacts {
  readonly name: string;
  readonly isNumeric?: boolean;
  /** What its cells are sorted by, where it is not the cells themselves: the worst has the least. */
  readonly rank?: (value: Cell) => number;
}

export type Direction = 'ascending' | 'descending';

export interface Sort {
  /** Place of the column. */
  readonly column: number;
  readonly direction: Direction;
}

export function opposite(direction: Direction): Direction {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

/** Numbers sort from the highest, all else from the first; the column that is sorted by turns around. */
export function nextSort(columns: readonly ColumnFacts[], column: number, now: Sort | undefined): Sort {
  if (now?.column === column) return { column, direction: opposite(now.direction) };
  return { column, direction: columns[column]?.isNumeric ? 'descending' : 'ascending' };
}

/** Rows in the order of a column; equals keep theirs. Nothing comes last, whichever way. */
export function sorted<R extends Row>(rows: readonly R[], columns: readonly ColumnFacts[], sort: Sort): R[] {
  const { column, direction } = sort;
  const rank = columns[column]?.rank;
  const keyOf = (row: Row): Cell => {
    const value = row[column] ?? null;
    return value === null || !rank ? value : rank(value);
  };
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => compare(keyOf(a), keyOf(b), sign));
}

const byLetters = new Intl.Collator('en', { numeric: true });

function compare(a: Cell, b: Cell, sign: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * byLetters.compare(String(a), String(b));
}

/** By which of its columns a table is in order as it is given: the first one that tells rows apart. */
export function sortOf(rows: readonly Row[], columns: readonly ColumnFacts[]): Sort | undefined {
  if (rows.length < 2) return undefined;
  const same = new Set(sameIn(rows, columns).map(({ column }) => column));
  for (const column of columns.keys()) {
    if (same.has(column)) continue;
    for (const direction of ['ascending', 'descending'] as const) {
      const order = sorted(rows, columns, { column, direction });
      if (order.every((row, i) => row === rows[i])) return { column, direction };
    }
  }
  return undefined;
}

/** `days in progress, highest first`: what a table is sorted by. */
export function sortWords(rows: readonly Row[], columns: readonly ColumnFacts[], sort: Sort): string {
  const { name } = columns[sort.column] ?? { name: '' };
  return `${name}, ${directionWords(rows, columns, sort)}`;
}

export function directionWords(rows: readonly Row[], columns: readonly ColumnFacts[], sort: Sort): string {
  const { column, direction } = sort;
  const example = rows.find((row) => (row[column] ?? null) !== null)?.[column] ?? null;
  const [ascending, descending] = columns[column]?.rank
    ? ['worst first', 'best first']
    : typeof example === 'number'
      ? ['lowest first', 'highest first']
      : /^\d{4}-\d\d-\d\d/.test(String(example))
        ? ['oldest first', 'newest first']
        : ['A to Z', 'Z to A'];
  return (direction === 'ascending' ? ascending : descending) as string;
}

export interface Same {
  readonly column: number;
  readonly value: Cell;
}

/** Columns with one value in all rows: they take room and tell nothing. The first, of what the rows are, is none of them. */
export function sameIn(rows: readonly Row[], columns: readonly ColumnFacts[]): Same[] {
  const [first, ...others] = rows;
  if (!first || others.length === 0) return [];
  const text = (row: Row, column: number) => JSON.stringify(row[column] ?? null);
  return columns.flatMap((_, column) =>
    column > 0 && others.every((row) => text(row, column) === text(first, column))
      ? [{ column, value: first[column] ?? null }]
      : [],
  );
}

/** A cell as text; a dash where there is nothing. */
export function cellText({ isNumeric }: ColumnFacts, value: Cell): string {
  if (value === null) return '–';
  if (isNumeric && typeof value === 'number') return count(value);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

import type { Cell } from '../../model.ts';
import { count } from '../base/format.ts';

type Row = readonly Cell[];

/** Properties of a column that do not depend on how it is shown. */
export interface ColumnData {
  readonly name: string;
  readonly isNumeric?: boolean;
  /** Sort key of a cell, if it is not the cell itself: the worst has the lowest. */
  readonly rank?: (value: Cell) => number;
}

export type Direction = 'ascending' | 'descending';

export interface Sort {
  /** Index of the column. */
  readonly column: number;
  readonly direction: Direction;
}

export function opposite(direction: Direction): Direction {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

/** The sort after a click on a heading: numbers descending, all else ascending; the current column is reversed. */
export function nextSort(columns: readonly ColumnData[], column: number, now: Sort | undefined): Sort {
  if (now?.column === column) return { column, direction: opposite(now.direction) };
  return { column, direction: columns[column]?.isNumeric ? 'descending' : 'ascending' };
}

/** Rows sorted by a column, stable; null last in both directions. */
export function sorted<R extends Row>(rows: readonly R[], columns: readonly ColumnData[], sort: Sort): R[] {
  const { column, direction } = sort;
  const rank = columns[column]?.rank;
  const keyOf = (row: Row): Cell => {
    const value = row[column] ?? null;
    return value === null || !rank ? value : rank(value);
  };
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => compare(keyOf(a), keyOf(b), sign));
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: Cell, b: Cell, sign: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * collator.compare(String(a), String(b));
}

/** Detects the column that the given rows are sorted by: the first one that is not constant. */
export function detectSort(rows: readonly Row[], columns: readonly ColumnData[]): Sort | undefined {
  if (rows.length < 2) return undefined;
  const constant = new Set(constantColumns(rows, columns).map(({ column }) => column));
  for (const column of columns.keys()) {
    if (constant.has(column)) continue;
    for (const direction of ['ascending', 'descending'] as const) {
      const order = sorted(rows, columns, { column, direction });
      if (order.every((row, i) => row === rows[i])) return { column, direction };
    }
  }
  return undefined;
}

/** `days in progress, highest first`: text of a sort. */
export function sortText(rows: readonly Row[], columns: readonly ColumnData[], sort: Sort): string {
  const { name } = columns[sort.column] ?? { name: '' };
  return `${name}, ${directionText(rows, columns, sort)}`;
}

export function directionText(rows: readonly Row[], columns: readonly ColumnData[], sort: Sort): string {
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

export interface ConstantColumn {
  readonly column: number;
  readonly value: Cell;
}

/** Columns with the same value in all rows, which the table omits; never the first, which names the row. */
export function constantColumns(rows: readonly Row[], columns: readonly ColumnData[]): ConstantColumn[] {
  const [first, ...others] = rows;
  if (!first || others.length === 0) return [];
  const text = (row: Row, column: number) => JSON.stringify(row[column] ?? null);
  return columns.flatMap((_, column) =>
    column > 0 && others.every((row) => text(row, column) === text(first, column))
      ? [{ column, value: first[column] ?? null }]
      : [],
  );
}

/** A cell as text; a dash for null. */
export function cellText({ isNumeric }: ColumnData, value: Cell): string {
  if (value === null) return '–';
  if (isNumeric && typeof value === 'number') return count(value);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

import type { Answer, Cell } from '../model.ts';
import type { DataColumn, DataRow } from './columns.ts';

/** The rows of an answer as objects with these columns; null if the answer has no such column. */
export function rowsOf<C extends Readonly<Record<string, DataColumn>>>(
  { columns, rows }: Answer,
  wanted: C,
): DataRow<C>[] {
  const places = Object.entries(wanted).map(([name, { type }]) => ({ name, type, place: columns.indexOf(name) }));
  return rows.map(
    (row) =>
      Object.fromEntries(
        places.map(({ name, type, place }) => {
          const cell = row[place] ?? null;
          return [name, type === 'time' ? timeOf(cell) : cell];
        }),
      ) as DataRow<C>,
  );
}

/** A total, which every row has: it counts all rows, also those beyond the LIMIT of the query. */
export function totalOf({ columns, rows }: Answer, name: string): number | null {
  const value = rows[0]?.[columns.indexOf(name)];
  return typeof value === 'number' ? value : null;
}

/** `2026-11-23T18:00:00Z` for `2026-11-23 18:00:00`. */
export function isoTime(time: string): string {
  return `${time.replace(' ', 'T')}Z`;
}

export function timeOf(cell: Cell): string | null {
  return typeof cell === 'string' ? isoTime(cell) : null;
}

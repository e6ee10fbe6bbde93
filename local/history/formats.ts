import type { Json } from '@duckdb/node-api';
import { type Screen, screenOf } from '../cli/screen.ts';
import type { QueryResult } from './open.ts';
import { renderTable } from './render.ts';

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** A result as text that ends in a newline. JSON is an array of objects; a table fits the screen. */
export function formatted(result: QueryResult, format: Format, screen: Screen = screenOf(process.stdout)): string {
  if (format === 'table') return `${renderTable(result, screen)}\n`;
  const names = result.columns.map(({ name }) => name);
  if (format === 'csv') return [names, ...result.rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
  const objects = result.rows.map((row) =>
    Object.fromEntries(names.map((name, i) => [name, jsonCell(result, row, i)])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** RFC 4180; null is an empty cell. */
function csvCell(value: Json): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** DuckDB returns 64-bit integers as text, because JavaScript numbers cannot hold all of them. */
function jsonCell({ columns }: QueryResult, row: readonly Json[], index: number): Json {
  const value = row[index] ?? null;
  const isSafe = columns[index]?.isNumeric && typeof value === 'string' && Number.isSafeInteger(Number(value));
  return isSafe ? Number(value) : value;
}

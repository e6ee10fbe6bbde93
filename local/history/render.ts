import type { Json } from '@duckdb/node-api';
import { Table } from 'console-table-printer';
import type { QueryResult } from './open.ts';

/** A result as a table for the terminal, without colours. */
export function renderTable({ columns, rows }: QueryResult): string {
  const table = new Table({
    shouldDisableColors: true,
    columns: columns.map(({ name, isNumeric }) => ({
      name,
      title: name,
      alignment: isNumeric ? 'right' : 'left',
    })),
  });
  for (const row of rows) {
    table.addRow(Object.fromEntries(columns.map(({ name }, i) => [name, cell(row[i] ?? null)])));
  }
  return table.render();
}

function cell(value: Json): string {
  if (value === null) return 'NULL';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

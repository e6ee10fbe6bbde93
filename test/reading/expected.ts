import {
  CHANGES_COLUMNS,
  type Column,
  type ColumnType,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  LISTING_FIELDS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import type { History } from '../../local/history/open.ts';

export interface Table {
  /** What DuckDB reads it from. */
  readonly from: string;
  readonly columns: readonly Column[];
}

/** By the name that a recipe gives it. */
export const TABLES: Readonly<Record<string, Table>> = {
  jobs: { from: 'jobs', columns: [...JOBS_COLUMNS, ...PARTITION_COLUMNS] },
  changes: { from: 'changes', columns: [...CHANGES_COLUMNS, ...PARTITION_COLUMNS] },
  details: { from: 'job_details', columns: [...JOB_DETAILS_COLUMNS, ...PARTITION_COLUMNS] },
  records: { from: 'snapshots', columns: [...SNAPSHOTS_COLUMNS, ...PARTITION_COLUMNS] },
  listings: {
    from: `(SELECT account_id, region, export_name, dt, snapshot_id, unnest(listings, recursive := true) FROM snapshots)`,
    columns: [SNAPSHOTS_COLUMNS[0], ...LISTING_FIELDS],
  },
};

type Row = Readonly<Record<string, unknown>>;

/** Rows of the complete snapshots of an export's December, as DuckDB reads them, one per line. */
export async function expectedRows(history: History, table: string, exportName: string): Promise<string[]> {
  const { from, columns } = TABLES[table] as Table;
  const names = columns.map(({ name }) => name).join(', ');
  return canonical(
    await ask(
      history,
      `SELECT ${names} FROM ${from} SEMI JOIN snapshots AS s USING (account_id, region, export_name, dt, snapshot_id)
       WHERE export_name = '${exportName}' AND dt BETWEEN '2026-12-01' AND '2026-12-31'`,
    ),
    columns,
  );
}

/** Rows of a query, with numbers that are numbers. */
export async function ask(history: History, sql: string): Promise<Row[]> {
  const { rows } = await history.query(`SELECT CAST(to_json(t) AS VARCHAR) FROM (${sql}) AS t`);
  return rows.map(([row]) => JSON.parse(String(row)));
}

/** A line a row, sorted. A column that is missing, or too many, shows; in a struct one may be too many, of a later version. */
export function canonical(rows: readonly Row[], columns: readonly Column[]): string[] {
  const known = new Set(columns.map(({ name }) => name));
  return rows
    .map((row) => {
      const others = Object.entries(row).filter(([name]) => !known.has(name));
      return JSON.stringify({ ...structOf(row, columns), ...Object.fromEntries(others) });
    })
    .sort();
}

function structOf(row: Row, columns: readonly Column[]): Row {
  return Object.fromEntries(
    columns.map(({ name, type }) => [name, row[name] === undefined ? 'no such column' : plainValue(row[name], type)]),
  );
}

function plainValue(value: unknown, type: ColumnType): unknown {
  if (value === null) return null;
  if (type === 'timestamp') return timestampOf(String(value));
  if (typeof type === 'string') return value;
  if ('struct' in type) return structOf(value as Row, type.struct);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return (value as readonly unknown[]).map((element) => plainValue(element, arrayOf));
  return (value as readonly Row[]).map((element) => structOf(element, arrayOf));
}

/** With its milliseconds, of which DuckDB leaves out zeros at the end. */
export function timestampOf(text: string): string {
  return text.replace(/(:\d\d)$/, '$1.').padEnd('2026-12-01 00:00:00.000'.length, '0');
}

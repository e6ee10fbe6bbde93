import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { readViews } from '../../sql/catalog.ts';
import { macros } from './macros.ts';
import { emptyViewOf, filesOf, quoted, TABLES, viewOf } from './tables.ts';

/** Result of a query. Values without a JSON type, such as times and 64-bit integers, are text. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly isNumeric: boolean }[];
  readonly rows: readonly (readonly Json[])[];
}

export interface History {
  query(sql: string): Promise<QueryResult>;
  /** Cancels the running query, which then fails. */
  interrupt(): void;
  close(): void;
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * Opens a directory of snapshots in an in-memory DuckDB, with the tables and views that Athena has. Each query reads
 * the files; they are never written.
 *
 * @param today UTC date, `yyyy-MM-dd`, for `current_date`; by default the day of the newest snapshot, so that queries
 * of an old directory return the state of its last day
 */
export async function openHistory(directory: string, today?: string): Promise<History> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // Named like the database in Athena, so that iot_jobs.jobs works as well as jobs.
  await connection.run("CREATE SCHEMA iot_jobs; SET schema = 'iot_jobs'; SET TimeZone = 'UTC'");
  for (const table of TABLES) {
    const isEmpty = await hasNoFile(connection, filesOf(table, directory));
    await connection.run(isEmpty ? emptyViewOf(table) : viewOf(table, directory));
  }
  await addViews(connection, today ?? (await newestDay(connection)));
  return {
    query: (sql) => ask(connection, sql),
    interrupt: () => connection.interrupt(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Adds the views of sql/ and the macros that they need to the schema of the connection.
 *
 * @param kept views to materialize as tables: faster if they are queried many times, but they no longer follow the files
 */
export async function addViews(
  connection: DuckDBConnection,
  today: string,
  kept: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const macro of macros(today)) await connection.run(macro);
  for (const { name, sql } of readViews()) {
    await connection.run(`CREATE ${kept.has(name) ? 'TABLE' : 'VIEW'} ${name} AS ${sql}`);
  }
}

export async function ask(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  const reader = await connection.runAndReadAll(sql);
  const types = reader.columnTypes();
  return {
    columns: reader.deduplicatedColumnNames().map((name, i) => ({ name, isNumeric: NUMERIC.test(String(types[i])) })),
    rows: reader.getRowsJson(),
  };
}

async function hasNoFile(connection: DuckDBConnection, pattern: string): Promise<boolean> {
  const files = await connection.runAndReadAll(`SELECT file FROM glob(${quoted(pattern)}) LIMIT 1`);
  return files.currentRowCount === 0;
}

async function newestDay(connection: DuckDBConnection): Promise<string> {
  const [row] = (await connection.runAndReadAll('SELECT max(dt) FROM snapshots')).getRowsJson();
  return String(row?.[0] ?? new Date().toISOString().slice(0, 10));
}

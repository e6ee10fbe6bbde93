import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { readViews } from '../../sql/catalog.ts';
import { macros } from './macros.ts';
import { emptyViewOf, filesOf, quoted, TABLES, viewOf } from './tables.ts';

/** Rows of a query. Times, numbers beyond 32 bits and the like are text. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly isNumeric: boolean }[];
  readonly rows: readonly (readonly Json[])[];
}

export interface History {
  query(sql: string): Promise<QueryResult>;
  /** Ends the query that is running: it fails. */
  interrupt(): void;
  close(): void;
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * Opens a directory of snapshots as the tables that Athena has in a DuckDB in memory. The
 * files are read by each query, and never written. The views of sql/ are there under the names that they have in Athena.
 *
 * @param today UTC date, `yyyy-MM-dd`, that the views take for today; by default the newest snapshot's, so that an old
 * directory answers as on its last day
 */
export async function openHistory(directory: string, today?: string): Promise<History> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // The schema's name is that of the database in Athena, so that iot_jobs.jobs is found as well as jobs.
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
 * Adds the views of sql/, and what they need of Trino, to the tables of the connection's schema.
 *
 * @param kept views that are asked once, and kept as tables: where they are asked many times, of files that stay as they are
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

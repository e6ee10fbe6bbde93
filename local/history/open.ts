import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { emptyViewOf, filesOf, quoted, TABLES, viewOf } from './tables.ts';

/** Rows of a query. Times, numbers beyond 32 bits and the like are text. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly isNumeric: boolean }[];
  readonly rows: readonly (readonly Json[])[];
}

export interface History {
  query(sql: string): Promise<QueryResult>;
  close(): void;
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * Opens a directory of snapshots as the tables that Athena has, `jobs` and `snapshots`, in a DuckDB in memory. The
 * files are read by each query, and never written.
 */
export async function openHistory(directory: string): Promise<History> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const table of TABLES) {
    const isEmpty = await hasNoFile(connection, filesOf(table, directory));
    await connection.run(isEmpty ? emptyViewOf(table) : viewOf(table, directory));
  }
  return {
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      const types = reader.columnTypes();
      return {
        columns: reader
          .deduplicatedColumnNames()
          .map((name, i) => ({ name, isNumeric: NUMERIC.test(String(types[i])) })),
        rows: reader.getRowsJson(),
      };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function hasNoFile(connection: DuckDBConnection, pattern: string): Promise<boolean> {
  const files = await connection.runAndReadAll(`SELECT file FROM glob(${quoted(pattern)}) LIMIT 1`);
  return files.currentRowCount === 0;
}

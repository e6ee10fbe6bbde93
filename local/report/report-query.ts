import type { DuckDBConnection } from '@duckdb/node-api';
import { readReportQueries, type SqlFile } from '../../sql/catalog.ts';
import { ask } from '../history/open.ts';
import { quoted } from '../history/tables.ts';
import type { Answer, Cell, Section } from './model.ts';

const REPORT_QUERIES: ReadonlyMap<string, SqlFile> = new Map(readReportQueries().map((query) => [query.name, query]));

/** Values of the placeholders of a query: `from` for `:from`. */
export type Literals = Readonly<Record<string, string>>;

/** A query of sql/report/ with its literals filled in, as it runs here and in Athena. */
export function statementOf(name: string, literals: Literals): string {
  return queryOf(name).sql.replaceAll(/(?<![:\w]):([a-z_]+)/g, (_, word: string) => {
    const value = literals[word];
    if (value === undefined) throw new Error(`sql/report/${name}.sql has :${word}, which has no value`);
    return quoted(value);
  });
}

/** @param restsOn text: the snapshots that the answer is computed from */
export async function sectionOf(
  connection: DuckDBConnection,
  name: string,
  literals: Literals,
  restsOn: string,
): Promise<Section> {
  return await sectionOfQuery(connection, { ...queryOf(name), sql: statementOf(name, literals) }, restsOn);
}

/** Runs a query that has no placeholders. */
export async function sectionOfQuery(
  connection: DuckDBConnection,
  { question, sql, notes }: Pick<SqlFile, 'question' | 'sql' | 'notes'>,
  restsOn: string,
): Promise<Section> {
  return { question, sql, notes, restsOn, answer: await runQuery(connection, sql) };
}

/** Returns numbers as numbers, and times without milliseconds. */
async function runQuery(connection: DuckDBConnection, sql: string): Promise<Answer> {
  const { columns, rows } = await ask(connection, sql);
  const cell = (value: unknown, isNumeric: boolean): Cell => {
    if (value === null || value === undefined) return null;
    if (isNumeric) return Number(value);
    if (typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.map(String);
    return String(value).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.\d+$/, '$1');
  };
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => row.map((value, i) => cell(value, columns[i]?.isNumeric ?? false))),
  };
}

function queryOf(name: string): SqlFile {
  const query = REPORT_QUERIES.get(name);
  if (!query) throw new Error(`There is no sql/report/${name}.sql`);
  return query;
}

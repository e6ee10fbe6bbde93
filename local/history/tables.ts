import {
  CHANGES_COLUMNS,
  type Column,
  type ColumnType,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS } from '../../lambda/contract/health.ts';
import {
  CHANGES_PREFIX,
  CHANGES_SUFFIX,
  DETAILS_PREFIX,
  DETAILS_SUFFIX,
  HEALTH_PREFIX,
  JOBS_PREFIX,
  JOBS_SUFFIX,
  SNAPSHOTS_PREFIX,
  SNAPSHOTS_SUFFIX,
} from '../../lambda/contract/keys.ts';

/** A table of the history. */
export interface Table {
  readonly name: string;
  /** Top-level folder of its files. */
  readonly folder: string;
  readonly suffix: string;
  readonly columns: readonly Column[];
  /** Columns in the names of the folders. */
  readonly partitions: readonly Column[];
}

export const JOBS: Table = {
  name: 'jobs',
  folder: JOBS_PREFIX,
  suffix: JOBS_SUFFIX,
  columns: JOBS_COLUMNS,
  partitions: PARTITION_COLUMNS,
};
export const CHANGES: Table = {
  name: 'changes',
  folder: CHANGES_PREFIX,
  suffix: CHANGES_SUFFIX,
  columns: CHANGES_COLUMNS,
  partitions: PARTITION_COLUMNS,
};
export const JOB_DETAILS: Table = {
  name: 'job_details',
  folder: DETAILS_PREFIX,
  suffix: DETAILS_SUFFIX,
  columns: JOB_DETAILS_COLUMNS,
  partitions: PARTITION_COLUMNS,
};
export const SNAPSHOTS: Table = {
  name: 'snapshots',
  folder: SNAPSHOTS_PREFIX,
  suffix: SNAPSHOTS_SUFFIX,
  columns: SNAPSHOTS_COLUMNS,
  partitions: PARTITION_COLUMNS,
};
/** Result of the newest health check: at most one file. */
export const EXPORT_HEALTH: Table = {
  name: 'export_health',
  folder: HEALTH_PREFIX,
  suffix: SNAPSHOTS_SUFFIX,
  columns: EXPORT_HEALTH_COLUMNS,
  partitions: [],
};
export const TABLES: readonly Table[] = [JOBS, CHANGES, JOB_DETAILS, SNAPSHOTS, EXPORT_HEALTH];

/** Glob of the files of a table. It excludes files that file managers leave there. */
export function filesOf({ folder, suffix, partitions }: Table, directory: string): string {
  const folders = partitions.map((column) => `${column.name}=*`);
  return [withoutWildcards(directory), folder, ...folders, `*${suffix}`].join('/');
}

/**
 * DuckDB statement that creates a table as a view over its files. Partition columns come last, as in Athena, and are
 * always text.
 */
export function viewOf(table: Table, directory: string): string {
  return `CREATE OR REPLACE VIEW ${table.name} AS ${selectSql(table, quoted(filesOf(table, directory)))}`;
}

/** SELECT of a table from some files only. */
export function rowsOf(table: Table, directory: string, keys: readonly string[]): string {
  const root = withoutWildcards(directory);
  return selectSql(table, `[${keys.map((key) => quoted(`${root}/${key}`)).join(', ')}]`);
}

/**
 * The same as {@link rowsOf} for thousands of files of one line each: opening a file as JSON costs DuckDB a
 * millisecond, more than to read and parse it as text.
 */
export function rowsOfOneLineFiles(table: Table, directory: string, keys: readonly string[]): string {
  const root = withoutWildcards(directory);
  const files = keys.map((key) => quoted(`${root}/${key}`));
  const partitions = table.partitions.map(
    ({ name }) => `regexp_extract(filename, '[/\\\\]${name}=([^/\\\\]+)', 1) AS ${name}`,
  );
  return `SELECT ${namesOf(table)} FROM (
    SELECT unnest(from_json(content, ${quoted(jsonStructure(table.columns))})), ${partitions.join(', ')}
    FROM read_text([${files.join(', ')}]))`;
}

function jsonStructure(columns: readonly Column[]): string {
  const structOf = (fields: readonly Column[]) => Object.fromEntries(fields.map((f) => [f.name, typeOf(f.type)]));
  const typeOf = (type: ColumnType): unknown => {
    if (typeof type === 'string') return duckdbType(type);
    if ('struct' in type) return structOf(type.struct);
    return [typeof type.arrayOf === 'string' ? duckdbType(type.arrayOf) : structOf(type.arrayOf)];
  };
  return JSON.stringify(structOf(columns));
}

function selectSql(table: Table, files: string): string {
  const columns = struct(table.columns.map(({ name, type }) => [name, quoted(duckdbType(type))]));
  const partitions = struct(table.partitions.map(({ name, type }) => [name, duckdbType(type)]));
  const partitionOptions = table.partitions.length > 0 ? `, hive_partitioning = true, hive_types = ${partitions}` : '';
  return `SELECT ${namesOf(table)} FROM read_json(
    ${files}, format = 'newline_delimited', columns = ${columns}${partitionOptions})`;
}

/** The same view without files: DuckDB fails if a glob matches none. */
export function emptyViewOf(table: Table): string {
  const columns = [...table.columns, ...table.partitions].map(
    ({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${name}`,
  );
  return `CREATE OR REPLACE VIEW ${table.name} AS SELECT ${columns.join(', ')} WHERE false`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function namesOf({ columns, partitions }: Table): string {
  return [...columns, ...partitions].map(({ name }) => name).join(', ');
}

function duckdbType(type: ColumnType): string {
  if (typeof type === 'string') return type === 'string' ? 'VARCHAR' : type.toUpperCase();
  const structOf = (fields: readonly Column[]) =>
    `STRUCT(${fields.map((f) => `${f.name} ${duckdbType(f.type)}`).join(', ')})`;
  if ('struct' in type) return structOf(type.struct);
  return `${typeof type.arrayOf === 'string' ? duckdbType(type.arrayOf) : structOf(type.arrayOf)}[]`;
}

function struct(entries: readonly (readonly [name: string, value: string])[]): string {
  return `{${entries.map(([name, value]) => `${quoted(name)}: ${value}`).join(', ')}}`;
}

/** Escapes a path for DuckDB's glob. */
function withoutWildcards(path: string): string {
  return path.replaceAll('\\', '/').replaceAll(/[[*?]/g, '[$&]');
}

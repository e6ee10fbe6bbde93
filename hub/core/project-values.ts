import { MAX_PARAMETER_BYTES } from '../../lambda/contract/projection.ts';
import { StoreRefusedError, StoreUnavailableError } from '../../lambda/errors.ts';
import type { ProjectedTable, ProjectedTables } from '../ports.ts';
import type { Failures } from './failures.ts';
import { inParallel } from './in-parallel.ts';
import type { ExportPlace } from './place.ts';

/** Tables that are partitioned by account, Region and export. */
export const PROJECTED_TABLES = ['jobs', 'changes', 'job_details', 'snapshots'] as const;

/** Attempts to update a table that others change at the same time. */
const MAX_TRIES = 5;

/** Values of the partition columns. */
type Values = Readonly<Record<'account_id' | 'region' | 'export_name', readonly string[]>>;

/** Result of updating the tables. */
export interface ProjectionResult {
  /** Values that some table lacks, such as `account_id=123456789012`. Absent when a table could not be read. */
  readonly missing?: readonly string[];
  readonly updatedTables: readonly string[];
}

/** Accounts, Regions and exports of some places. */
export function valuesOf(places: readonly ExportPlace[]): Values {
  const unique = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    account_id: unique(places.map(({ accountId }) => accountId)),
    region: unique(places.map(({ region }) => region)),
    export_name: unique(places.map(({ exportName }) => exportName)),
  };
}

/**
 * Adds values to the enums of the tables' partition projection, so that queries see them. Never removes any: an export that no
 * longer writes still has a history.
 *
 * @param withheld values that are not added, but reported as missing when a table lacks them
 */
export async function projectValues(
  values: Values,
  withheld: Values,
  tables: ProjectedTables,
  failures: Failures,
  signal: AbortSignal,
): Promise<ProjectionResult> {
  const missing = new Set<string>();
  const updatedTables: string[] = [];
  let allTablesRead = true;
  await inParallel(PROJECTED_TABLES, PROJECTED_TABLES.length, async (name) => {
    const table = await failures.orUndefined(() => tables.read(name, signal));
    if (table === undefined) {
      allTablesRead = false;
      return;
    }
    const missingHere = valuesMissingIn(table, values);
    for (const value of valuesMissingIn(table, withheld).filter((value) => !missingHere.includes(value)))
      missing.add(value);
    if (missingHere.length === 0) return;
    const isUpdated = await failures.orUndefined(() => addValues(name, table, values, tables, signal));
    if (isUpdated) updatedTables.push(name);
    else for (const value of missingHere) missing.add(value);
  });
  return { ...(allTablesRead && { missing: [...missing].sort() }), updatedTables: updatedTables.sort() };
}

/** @throws an {@link ExporterError} that says what failed */
async function addValues(
  name: string,
  first: ProjectedTable,
  values: Values,
  tables: ProjectedTables,
  signal: AbortSignal,
): Promise<true> {
  let table = first;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const parameters = withValues(table, values);
    const tooLong = Object.entries(parameters).find(([, value]) => Buffer.byteLength(value) > MAX_PARAMETER_BYTES);
    if (tooLong) {
      throw new StoreRefusedError(
        `Table ${name} cannot have all values of ${tooLong[0]}: they are ${Buffer.byteLength(tooLong[1])} bytes, and AWS Glue takes ` +
          `${MAX_PARAMETER_BYTES}: find out who writes that many below snapshots/, and remove what does not belong there`,
      );
    }
    if (Object.keys(parameters).length === 0 || (await table.setParameters(parameters, signal))) return true;
    table = await tables.read(name, signal);
  }
  throw new StoreUnavailableError(
    `Table ${name} was changed by others at each of ${MAX_TRIES} tries to add what queries are to see: the next look tries again`,
  );
}

/** Columns that a table projects by an enum, each with its parameter and values. Other projections need no values. */
function enumColumns(
  { parameters }: ProjectedTable,
  values: Values,
): (readonly [keyof Values, string, readonly string[]])[] {
  return (Object.keys(values) as (keyof Values)[])
    .filter((column) => parameters[`projection.${column}.type`] === 'enum')
    .map((column) => {
      const name = `projection.${column}.values`;
      const existing = (parameters[name] ?? '').split(',').map((value) => value.trim());
      return [column, name, existing.filter((value) => value !== '')] as const;
    });
}

function valuesMissingIn(table: ProjectedTable, values: Values): string[] {
  return enumColumns(table, values).flatMap(([column, , existing]) =>
    values[column].filter((value) => !existing.includes(value)).map((value) => `${column}=${value}`),
  );
}

/** The parameters that must change. */
function withValues(table: ProjectedTable, values: Values): Record<string, string> {
  return Object.fromEntries(
    enumColumns(table, values)
      .filter(([column, , existing]) => values[column].some((value) => !existing.includes(value)))
      .map(([column, name, existing]) => [name, [...new Set([...existing, ...values[column]])].join(',')]),
  );
}

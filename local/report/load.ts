import type { DuckDBConnection } from '@duckdb/node-api';
import { snapshotId as idOf, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { counted } from '../cli/figures.ts';
import { addViews, ask } from '../history/open.ts';
import { emptyViewOf, JOBS, quoted, rowsOf, rowsOfOneLineFiles, SNAPSHOTS } from '../history/tables.ts';
import type { Chosen, Recorded } from './choose-snapshots.ts';
import { endsOfRuns } from './ends-of-runs.ts';
import type { LocalFiles } from './fetch.ts';
import type { Found } from './find-snapshots.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/** Rows that one statement sorts, more or less. They take 1.2 GB of memory; what does not fit is spilled to disk. */
const ROWS_AT_ONCE = 3_000_000;

/** The records of all snapshots as the table `snapshots`, without rows, and the views. */
export async function loadRecords(
  connection: DuckDBConnection,
  files: LocalFiles,
  found: readonly Found[],
  today: string,
): Promise<void> {
  const keys = found.flatMap(({ snapshots }) => snapshots.map(recordKey));
  await connection.run("CREATE SCHEMA iot_jobs; SET schema = 'iot_jobs'; SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE snapshots AS ${rowsOfOneLineFiles(SNAPSHOTS, files.directory, keys)}`);
  await connection.run(emptyViewOf(JOBS));
  await addViews(connection, today);
}

/**
 * The records of a combination, in the order of their times.
 *
 * @param rowKeys keys of the rows that are there
 * @throws UnreadableHistoryError for a record that names another object for its rows than its own: the key becomes a path
 * on this machine, and in a history of many accounts the record may be written by another
 */
export async function recordedOf(
  connection: DuckDBConnection,
  found: Found,
  rowKeys: ReadonlySet<string>,
): Promise<Recorded[]> {
  const { rows } = await ask(
    connection,
    `SELECT snapshot_id, dt, job_count, object_key FROM snapshots WHERE ${conditionOf(found)} ORDER BY snapshot_at`,
  );
  const keys = new Map(found.snapshots.map((identity) => [idOf(identity), jobsKey(identity)]));
  return rows.map(([snapshotId, dt, jobCount, objectKey]) => {
    const key = keys.get(String(snapshotId));
    if (key === undefined || key !== objectKey) {
      throw new UnreadableHistoryError(`The record of ${snapshotId} names ${objectKey} for its rows, not ${key}`);
    }
    const areRowsGone = Number(jobCount) > 0 && !rowKeys.has(key);
    return { snapshotId: String(snapshotId), dt: String(dt), jobCount: Number(jobCount), objectKey: key, areRowsGone };
  });
}

/**
 * Records and rows of the snapshots chosen as tables, and the views, in a schema of their own: in it what was not chosen
 * never was. The slow views that several queries ask are answered once, and kept.
 *
 * @param vanishedFrom first day, `yyyy-MM-dd`, of what the view vanished_jobs is asked for
 */
export async function loadRows(
  connection: DuckDBConnection,
  files: LocalFiles,
  chosen: readonly (Found & Chosen & { readonly recorded: readonly Recorded[] })[],
  { today, vanishedFrom }: { readonly today: string; readonly vanishedFrom: string },
  onProgress: (text: string) => void,
): Promise<void> {
  const keys = chosen.flatMap(({ recorded }) => recorded.map(({ objectKey }) => quoted(objectKey)));
  await connection.run("CREATE SCHEMA chosen; SET schema = 'chosen'; SET TimeZone = 'UTC'");
  await connection.run(
    `CREATE TABLE snapshots AS
      SELECT * FROM iot_jobs.snapshots WHERE object_key IN (SELECT unnest([${keys.join(', ')}]))`,
  );
  await connection.run('CREATE TABLE jobs AS SELECT * FROM iot_jobs.jobs');
  let rowsRead = 0;
  for (const one of chosen) {
    const newest = one.recorded.at(-1)?.snapshotId ?? '';
    const isReducible = await hasOneScope(connection, one);
    for (const part of partsOf(withRows(one.recorded))) {
      const all = rowsOf(
        JOBS,
        files.directory,
        part.map(({ objectKey }) => objectKey),
      );
      const rows = isReducible ? endsOfRuns(all, newest) : all;
      await connection.run(`INSERT INTO jobs BY NAME ${rows}`);
      if (isReducible) await connection.run(`INSERT INTO jobs BY NAME ${markersOf(part)}`);
      rowsRead += part.reduce((sum, { jobCount }) => sum + jobCount, 0);
      onProgress(`${counted(rowsRead, 'row')} read`);
    }
  }
  await addViews(connection, today);
  onProgress('comparing snapshots');
  await keepAnswer(connection, 'job_runs', 'true');
  onProgress('looking for what vanished');
  await keepAnswer(connection, 'vanished_jobs', `dt >= ${quoted(vanishedFrom)}`);
}

/** Puts a table in the place of a view, for whoever asks the view by its name. */
async function keepAnswer(connection: DuckDBConnection, view: string, condition: string): Promise<void> {
  await connection.run(`CREATE TABLE kept AS SELECT * FROM ${view} WHERE ${condition}`);
  await connection.run(`DROP VIEW ${view}; ALTER TABLE kept RENAME TO ${view}`);
}

/** Snapshots that had rows, and still have them. */
export function withRows(recorded: readonly Recorded[]): readonly Recorded[] {
  return recorded.filter(({ jobCount, areRowsGone }) => jobCount > 0 && !areRowsGone);
}

/**
 * A row without a job for each snapshot, so that one of which {@link endsOfRuns} leaves no row is not taken for one whose
 * rows are gone. The queries of the report pass over rows without a job.
 */
function markersOf(recorded: readonly Recorded[]): string {
  const keys = recorded.map(({ objectKey }) => quoted(objectKey));
  return `SELECT snapshot_id, snapshot_at, started_at AS observed_at, account_id, region, export_name, dt
    FROM snapshots WHERE object_key IN (SELECT unnest([${keys.join(', ')}]))`;
}

/** Whole days, for the first and last rows of a day must be read together. */
function partsOf(recorded: readonly Recorded[]): Recorded[][] {
  const parts: Recorded[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const [, ofDay] of Map.groupBy(recorded, ({ dt }) => dt)) {
    if (rows >= ROWS_AT_ONCE) {
      parts.push([]);
      rows = 0;
    }
    parts.at(-1)?.push(...ofDay);
    rows += ofDay.reduce((sum, { jobCount }) => sum + jobCount, 0);
  }
  return parts;
}

async function hasOneScope(connection: DuckDBConnection, found: Found): Promise<boolean> {
  const { rows } = await ask(
    connection,
    `SELECT count(DISTINCT (l.thing_group_name, l.queried_thing_group_id)) < 2
      FROM (SELECT unnest(listings) AS l FROM snapshots WHERE ${conditionOf(found)})`,
  );
  return rows[0]?.[0] === true;
}

function conditionOf({ accountId, region, exportName }: Found): string {
  return `account_id = ${quoted(accountId)} AND region = ${quoted(region)} AND export_name = ${quoted(exportName)}`;
}

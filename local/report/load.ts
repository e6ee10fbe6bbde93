import type { DuckDBConnection } from '@duckdb/node-api';
import {
  changesKey,
  detailsKey,
  snapshotId as idOf,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
} from '../../lambda/contract/keys.ts';
import { addViews, ask } from '../history/open.ts';
import {
  CHANGES,
  EXPORT_HEALTH,
  emptyViewOf,
  JOB_DETAILS,
  JOBS,
  quoted,
  rowsOf,
  rowsOfOneLineFiles,
  SNAPSHOTS,
  type Table,
} from '../history/tables.ts';
import type { LocalFiles } from './fetch.ts';
import type { FoundExport } from './find-snapshots.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/** Views that many queries of the page read. */
const MATERIALIZED_VIEWS = new Set(['job_counts', 'job_changes', 'snapshot_jobs']);

/** Data of a snapshot's record. */
export interface RecordedSnapshot {
  readonly identity: SnapshotIdentity;
  readonly snapshotId: string;
  readonly dt: string;
  /** Whether it was taken when a later one existed: it shows the state at that later time. */
  readonly isLate: boolean;
  /** Key of its rows; `undefined` if there were none. */
  readonly rows: string | undefined;
  /** Key of its changes; `undefined` if there are none. */
  readonly changes: string | undefined;
  /** Key of its details; `undefined` if there are none. */
  readonly details: string | undefined;
  /** Number of jobs that it described, and that it should have described and did not; `undefined` without details. */
  readonly described: { readonly count: number; readonly leftOut: number } | undefined;
}

/** Creates the table `snapshots` with the records of all snapshots. */
export async function loadRecords(
  connection: DuckDBConnection,
  files: LocalFiles,
  found: readonly FoundExport[],
): Promise<void> {
  const keys = found.flatMap(({ snapshots }) => snapshots.map(recordKey));
  await connection.run("CREATE SCHEMA iot_jobs; SET schema = 'iot_jobs'; SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE snapshots AS ${rowsOfOneLineFiles(SNAPSHOTS, files.directory, keys)}`);
}

/**
 * Data of the records of a combination, sorted by scheduled time.
 *
 * @throws UnreadableHistoryError for a record that names other objects than its own: the keys become paths on this
 * machine, and in a history of many accounts another account may have written the record
 */
export async function recordedSnapshots(connection: DuckDBConnection, found: FoundExport): Promise<RecordedSnapshot[]> {
  const { accountId, region, exportName, snapshots } = found;
  const { rows } = await ask(
    connection,
    `SELECT snapshot_id, dt, job_count, object_key, changes_key, details_key, detail_count, details_left_out,
        unlinked_reason FROM snapshots
      WHERE account_id = ${quoted(accountId)} AND region = ${quoted(region)} AND export_name = ${quoted(exportName)}
      ORDER BY snapshot_at`,
  );
  const identities = new Map(snapshots.map((identity) => [idOf(identity), identity]));
  return rows.map(([id, dt, jobCount, objectKey, changes, details, detailCount, leftOut, reason]) => {
    const snapshotId = String(id);
    const identity = identities.get(snapshotId);
    const key = identity && jobsKey(identity);
    if (!identity || key !== objectKey) {
      throw new UnreadableHistoryError(`The record of ${snapshotId} names ${objectKey} for its rows, not ${key}`);
    }
    if (changes !== null && changes !== changesKey(identity)) {
      throw new UnreadableHistoryError(
        `The record of ${snapshotId} names ${changes} for its changes, not ${changesKey(identity)}`,
      );
    }
    if (details !== null && details !== detailsKey(identity)) {
      throw new UnreadableHistoryError(
        `The record of ${snapshotId} names ${details} for its details, not ${detailsKey(identity)}`,
      );
    }
    return {
      identity,
      snapshotId,
      dt: String(dt),
      isLate: reason === 'LATE',
      rows: Number(jobCount) > 0 ? key : undefined,
      changes: changes === null ? undefined : changesKey(identity),
      details: details === null ? undefined : detailsKey(identity),
      described: detailCount === null ? undefined : { count: Number(detailCount), leftOut: Number(leftOut) },
    };
  });
}

/**
 * The newest snapshot that was taken at its time. The last one may be LATE, if the later one is of a day that was not
 * requested.
 *
 * @param from first requested day
 */
export function newestOnTime(recorded: readonly RecordedSnapshot[], from = ''): RecordedSnapshot | undefined {
  return recorded.findLast(({ isLate, dt }) => !isLate && dt >= from) ?? recorded.at(-1);
}

/** Adds objects of details to the existing table `job_details`. */
export async function addDetails(
  connection: DuckDBConnection,
  files: LocalFiles,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await connection.run(`INSERT INTO ${JOB_DETAILS.name} ${rowsOf(JOB_DETAILS, files.directory, keys)}`);
}

/** Creates the tables `jobs`, `changes` and `job_details` with the objects of these keys, and the views. */
export async function loadObjects(
  connection: DuckDBConnection,
  files: LocalFiles,
  keys: Readonly<Record<'rows' | 'changes' | 'details', readonly string[]>>,
  today: string,
): Promise<void> {
  const load = async (table: Table, of: readonly string[]) => {
    const sql =
      of.length === 0 ? emptyViewOf(table) : `CREATE TABLE ${table.name} AS ${rowsOf(table, files.directory, of)}`;
    await connection.run(sql);
  };
  await load(JOBS, keys.rows);
  await load(CHANGES, keys.changes);
  await load(JOB_DETAILS, keys.details);
  // Its view has a section of its own: see `reporting.ts`.
  await connection.run(emptyViewOf(EXPORT_HEALTH));
  await addViews(connection, today, MATERIALIZED_VIEWS);
}

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
import type { Found } from './find-snapshots.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/** Views that many queries of the page ask. */
const KEPT_VIEWS = new Set(['job_counts', 'job_changes', 'snapshot_jobs']);

/** What a record says of its objects. */
export interface Recorded {
  readonly identity: SnapshotIdentity;
  readonly snapshotId: string;
  readonly dt: string;
  /** Whether it was taken when a later one existed: it tells what was then. */
  readonly isLate: boolean;
  /** Key of its rows; `undefined` where there were none. */
  readonly rows: string | undefined;
  /** Key of its changes; `undefined` where there are none. */
  readonly changes: string | undefined;
  /** Key of its details; `undefined` where there are none. */
  readonly details: string | undefined;
  /** Jobs that it described, and that it was to describe and did not; `undefined` where it asked for no details. */
  readonly described: { readonly count: number; readonly leftOut: number } | undefined;
}

/** Creates the table `snapshots` with the records of all snapshots. */
export async function loadRecords(
  connection: DuckDBConnection,
  files: LocalFiles,
  found: readonly Found[],
): Promise<void> {
  const keys = found.flatMap(({ snapshots }) => snapshots.map(recordKey));
  await connection.run("CREATE SCHEMA iot_jobs; SET schema = 'iot_jobs'; SET TimeZone = 'UTC'");
  await connection.run(`CREATE TABLE snapshots AS ${rowsOfOneLineFiles(SNAPSHOTS, files.directory, keys)}`);
}

/**
 * The records of a combination, in the order of their times.
 *
 * @throws UnreadableHistoryError for a record that names other objects than its own: the keys become paths on this
 * machine, and in a history of many accounts the record may be written by another
 */
export async function recordedOf(connection: DuckDBConnection, found: Found): Promise<Recorded[]> {
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
 * The newest snapshot that tells what was at its time: the last one may be late, where the later one is of a day that is not
 * asked for.
 *
 * @param from first day asked for
 */
export function newestOnTime(recorded: readonly Recorded[], from = ''): Recorded | undefined {
  return recorded.findLast(({ isLate, dt }) => !isLate && dt >= from) ?? recorded.at(-1);
}

/** Adds objects of details to the table `job_details`, which has some. */
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
  // Its view has a place of its own on the page: see `reporting.ts`.
  await connection.run(emptyViewOf(EXPORT_HEALTH));
  await addViews(connection, today, KEPT_VIEWS);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { recordKey, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { ExporterError } from '../../lambda/errors.ts';
import { counted } from '../cli/figures.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { Archive } from '../verify/archive.ts';
import { chooseSnapshots } from './choose-snapshots.ts';
import { combinationOf, vanishedSince } from './combination.ts';
import type { LocalFiles } from './fetch.ts';
import { findRows } from './find-rows.ts';
import { type Asked, type Found, findSnapshots } from './find-snapshots.ts';
import { loadRecords, loadRows, recordedOf, withRows } from './load.ts';
import type { Report } from './model.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/**
 * Rows that are read unless all are asked for. A year of hourly snapshots of 10,000 jobs has 88 million, which two
 * processors read in minutes; the last snapshot of each day and all of the last ten days have 6 million.
 */
export const MAX_ROWS = 6_000_000;

export interface BuildProps {
  /** The history as people name it. */
  readonly place: string;
  readonly archive: Archive;
  readonly files: LocalFiles;
  readonly asked: Asked;
  /** `Infinity` for all. @default MAX_ROWS */
  readonly maxRows?: number;
  readonly onProgress?: (text: string) => void;
}

/**
 * Reads what is asked for into a DuckDB of its own, and asks the queries of sql/report/ of it.
 *
 * @throws UsageError where there is nothing, or too much, of what is asked for
 * @throws UnreadableHistoryError where a record or rows are damaged
 */
export async function buildReport(props: BuildProps): Promise<Report> {
  const { place, archive, files, asked, maxRows = MAX_ROWS, onProgress = () => {} } = props;
  const writtenAt = timestamp(Date.now()).slice(0, 19);
  onProgress('listing');
  const found = await findSnapshots(archive, asked);
  if (found.length === 0) return { place, writtenAt, combinations: [] };
  const today = utcDate(Math.max(...found.map(({ snapshots }) => (snapshots.at(-1) as SnapshotIdentity).scheduledAt)));
  const records = found.flatMap(({ snapshots }) => snapshots.map(recordKey));
  const rowKeys = await findRows(archive, found);
  await files.bring(records, (count) => onProgress(`fetching records: ${count} of ${records.length}`));

  return await withDuckDb(async (connect) => {
    onProgress(`reading ${counted(records.length, 'record')}`);
    const all = await connect();
    await loadRecords(all, files, found, today);
    const chosen: (Found & ReturnType<typeof chooseSnapshots>)[] = [];
    for (const one of found) {
      chosen.push({ ...one, ...chooseSnapshots(await recordedOf(all, one, rowKeys), maxRows / found.length) });
    }
    const keys = chosen.flatMap(({ recorded }) => withRows(recorded).map(({ objectKey }) => objectKey));
    await files.bring(keys, (count) => onProgress(`fetching rows: ${count} of ${keys.length}`));
    const rows = await connect();
    const newest = found.map(({ snapshots }) => (snapshots.at(-1) as SnapshotIdentity).scheduledAt);
    const vanishedFrom = vanishedSince(Math.min(...newest));
    await loadRows(rows, files, chosen, { today, vanishedFrom }, onProgress);
    const combinations = [];
    for (const one of chosen) {
      onProgress(`asking ${one.exportName} in ${one.accountId} ${one.region}`);
      combinations.push(await combinationOf({ records: all, rows }, one, asked));
    }
    return { place, writtenAt, combinations };
  });
}

async function withDuckDb<T>(work: (connect: () => Promise<DuckDBConnection>) => Promise<T>): Promise<T> {
  const spill = await mkdtemp(join(tmpdir(), 'iot-jobs-spill-'));
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: spill,
    preserve_insertion_order: 'false',
  });
  const connections: DuckDBConnection[] = [];
  try {
    return await work(async () => {
      const connection = await instance.connect();
      connections.push(connection);
      return connection;
    });
  } catch (error) {
    if (error instanceof ExporterError || error instanceof UsageError) throw error;
    // What DuckDB says of damaged files names the file and the line.
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UnreadableHistoryError(`The snapshots cannot be read (${message})`, { cause: error });
  } finally {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

import { recordKey, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { commandName, commandStart } from '../cli/called-as.ts';
import { counted } from '../cli/figures.ts';
import type { Archive } from '../verify/archive.ts';
import { combinationOf } from './combination.ts';
import type { LocalFiles } from './fetch.ts';
import { findSnapshots, type ReportSelection } from './find-snapshots.ts';
import {
  addDetails,
  loadObjects,
  loadRecords,
  newestOnTime,
  type RecordedSnapshot,
  recordedSnapshots,
} from './load.ts';
import type { Commands, Report } from './model.ts';
import { reportingOf } from './reporting.ts';
import { detailsToRead, newestDescribed, newestRollouts } from './rollouts.ts';
import { withDuckDb } from './with-duckdb.ts';

export interface BuildProps {
  /** Directory or bucket of the history, as the user named it. */
  readonly place: string;
  readonly archive: Archive;
  readonly files: LocalFiles;
  readonly selection: ReportSelection;
  /** Milliseconds by which the clock of a demo is ahead of the computer's. */
  clockOffset?(): Promise<number>;
  readonly onProgress?: (text: string) => void;
}

const COMMANDS: Commands = {
  export: commandStart('export'),
  demo: commandStart('demo'),
  report: commandStart('report'),
  query: commandName('query'),
  verify: commandName('verify'),
};

/**
 * Loads the selected records and changes, the details of the last days and the rows of the newest snapshots into an
 * in-memory DuckDB, and runs the queries of sql/report/ on it.
 *
 * @throws UsageError if the selection matches nothing, or too much for one page
 * @throws UnreadableHistoryError if records, changes, details or rows are damaged
 */
export async function buildReport(props: BuildProps): Promise<Report> {
  const { place, archive, files, selection, clockOffset = async () => 0, onProgress = () => {} } = props;
  const clockOffsetMs = await clockOffset();
  const now = Date.now() + clockOffsetMs;
  const writtenAt = timestamp(now).slice(0, 19);
  const header = { place, writtenAt, ...(clockOffsetMs !== 0 && { clockOffsetMs }), commands: COMMANDS };
  onProgress('listing');
  const found = await findSnapshots(archive, selection);
  const reporting = await reportingOf(archive, files);
  if (found.length === 0) return { ...header, combinations: [], reporting };
  const today = utcDate(Math.max(...found.map(({ snapshots }) => (snapshots.at(-1) as SnapshotIdentity).scheduledAt)));
  const records = found.flatMap(({ snapshots }) => snapshots.map(recordKey));
  await files.fetch(records, (count) => onProgress(`fetching records: ${count} of ${records.length}`));

  return await withDuckDb(async (connection) => {
    onProgress(`reading ${counted(records.length, 'record')}`);
    await loadRecords(connection, files, found);
    const all = [];
    for (const one of found) {
      const recorded = await recordedSnapshots(connection, one);
      const { rows } = newestOnTime(recorded, selection.from) as RecordedSnapshot;
      const newestRows = rows !== undefined && (await archive.find(rows)) ? rows : undefined;
      all.push({ ...one, recorded, newestRows, isNewestGone: rows !== newestRows });
    }
    const described = all.map(({ recorded }) => newestDescribed(recorded, selection.from));
    const details = all.map(({ recorded }, i) => described[i] && detailsToRead(recorded, described[i]));
    const keys = {
      rows: all.flatMap(({ newestRows }) => newestRows ?? []),
      changes: all.flatMap(({ recorded }) => recorded.flatMap(({ changes }) => changes ?? [])),
      details: details.flatMap((one) => one?.recent ?? []),
    };
    const olderDetails = details.flatMap((one) => one?.older ?? []);
    const objects = [...keys.rows, ...keys.changes, ...keys.details, ...olderDetails];
    await files.fetch(objects, (count) =>
      onProgress(`fetching changes, details and rows: ${count} of ${objects.length}`),
    );
    onProgress(`reading ${counted(objects.length, 'object')} of changes, details and rows`);
    await loadObjects(connection, files, keys, today);
    const rollouts = [];
    for (const newest of described) {
      rollouts.push(newest && { newest, now: await newestRollouts(connection, newest) });
    }
    await addDetails(connection, files, olderDetails);
    const combinations = [];
    for (const [i, one] of all.entries()) {
      onProgress(`asking ${one.exportName} in ${one.accountId} ${one.region}`);
      combinations.push(await combinationOf(connection, { ...one, rollouts: rollouts[i] }, selection, now));
    }
    return { ...header, combinations, reporting };
  });
}

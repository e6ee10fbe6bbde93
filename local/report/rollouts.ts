import type { DuckDBConnection } from '@duckdb/node-api';
import { utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { counted } from '../cli/figures.ts';
import type { RecordedSnapshot } from './load.ts';
import type { Cell, RolloutSeries, Rollouts, RolloutsOverTime, Section } from './model.ts';
import { type Literals, sectionOf } from './report-query.ts';

const DAY_MS = 86_400_000;
/** Days of progress over time: 500 jobs described every hour are 12,000 rows of details a day. */
const PROGRESS_DAYS = 60;

/** The newest snapshot with details. */
export interface NewestDescribed extends RecordedSnapshot {
  readonly described: NonNullable<RecordedSnapshot['described']>;
  /** First day of the progress over time. */
  readonly from: string;
}

/** @param from first requested day */
export function newestDescribed(recorded: readonly RecordedSnapshot[], from = ''): NewestDescribed | undefined {
  const shown = recorded.filter(({ dt }) => dt >= from);
  const newest = shown.findLast(({ described, isLate }) => described !== undefined && !isLate);
  if (!newest?.described) return undefined;
  const [, first] = [shown[0]?.dt ?? '', daysBefore(newest, PROGRESS_DAYS - 1)].sort();
  return { ...newest, described: newest.described, from: first as string };
}

/**
 * Keys of the details that the page needs. The recent ones are of the day of the newest: only these are loaded for the view
 * rollout_progress, which takes longer with all of them.
 */
export function detailsToRead(
  recorded: readonly RecordedSnapshot[],
  newest: NewestDescribed,
): Record<'recent' | 'older', string[]> {
  const of = (isWanted: (dt: string) => boolean) =>
    recorded.flatMap(({ dt, details }) => (details !== undefined && isWanted(dt) ? details : []));
  if (newest.details === undefined) return { recent: [], older: [] };
  return { recent: of((dt) => dt >= newest.dt), older: of((dt) => newest.from <= dt && dt < newest.dt) };
}

function daysBefore({ identity }: RecordedSnapshot, days: number): string {
  return utcDate(identity.scheduledAt - days * DAY_MS);
}

/** The rollouts of the newest details. The details of its day must be loaded. */
export async function newestRollouts(connection: DuckDBConnection, newest: NewestDescribed): Promise<Section> {
  const { snapshotId, described } = newest;
  const on = `the details of ${counted(described.count, 'job')} in ${snapshotId}, the newest snapshot that requested details`;
  return await sectionOf(connection, 'rollouts', literalsOf(newest), on);
}

/** Adds the progress over time. All details must be loaded. */
export async function rolloutsOf(
  connection: DuckDBConnection,
  newest: NewestDescribed,
  now: Section,
): Promise<Rollouts> {
  const { identity, described, from } = newest;
  const overTime = await sectionOf(connection, 'rollouts-over-time', literalsOf(newest), `the details since ${from}`);
  return {
    ...now,
    snapshotAt: timestamp(identity.scheduledAt).slice(0, 19),
    described: described.count,
    leftOut: described.leftOut,
    overTime: overTimeOf(overTime),
  };
}

function literalsOf({ identity, snapshotId, dt, from }: NewestDescribed): Literals {
  const { accountId, region, exportName } = identity;
  return {
    account_id: accountId,
    region,
    export_name: exportName,
    described_dt: dt,
    described_snapshot: snapshotId,
    progress_from: from,
  };
}

/** Converts the rows of sql/report/rollouts-over-time.sql to lines that share their times. */
function overTimeOf({ answer, ...section }: Section): RolloutsOverTime {
  const at = [...new Set(answer.rows.map(([, , snapshotAt]) => String(snapshotAt)))].sort();
  const places = new Map(at.map((time, i) => [time, i]));
  const lines = Map.groupBy(answer.rows, ([jobId, createdAt]) => JSON.stringify([jobId, createdAt]));
  const column = (rows: readonly (readonly Cell[])[], place: number) =>
    rows.map((row) => (row[place] ?? null) as number | null);
  const series = [...lines.values()].map(
    (rows): RolloutSeries => ({
      jobId: String(rows[0]?.[0] ?? ''),
      createdAt: rows[0]?.[1] as string | null,
      places: rows.map(([, , snapshotAt]) => places.get(String(snapshotAt)) as number),
      done: column(rows, 3),
      failed: column(rows, 4),
    }),
  );
  return { ...section, at, series };
}

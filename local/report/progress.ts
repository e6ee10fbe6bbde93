import type { DuckDBConnection } from '@duckdb/node-api';
import { utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { counted } from '../cli/figures.ts';
import { type Literals, sectionOf } from './ask-combination.ts';
import type { Recorded } from './load.ts';
import type { Cell, Progress, ProgressOverTime, ProgressSeries, Section } from './model.ts';

const DAY_MS = 86_400_000;
/** Days of progress over time: 500 jobs described every hour are 12,000 rows of details a day. */
const PROGRESS_DAYS = 60;

/** The newest snapshot that asked for details. */
export type NewestDescribed = Recorded & { readonly described: NonNullable<Recorded['described']> };

/** @param from first day asked for */
export function newestDescribed(recorded: readonly Recorded[], from = ''): NewestDescribed | undefined {
  return recorded.findLast((one): one is NewestDescribed => one.described !== undefined && one.dt >= from);
}

/** Keys of the details of which the page is made, those of the day before the newest among them: paces come from there. */
export function detailsToRead(recorded: readonly Recorded[], newest: NewestDescribed): string[] {
  const from = firstDay(newest);
  return recorded.flatMap(({ dt, details }) => (details !== undefined && dt >= from ? details : []));
}

function firstDay({ identity }: NewestDescribed): string {
  return utcDate(identity.scheduledAt - (PROGRESS_DAYS - 1) * DAY_MS);
}

/** @param literals those of the other queries */
export async function progressOf(
  connection: DuckDBConnection,
  newest: NewestDescribed,
  literals: Literals,
): Promise<Progress> {
  const { snapshotId, dt, identity, described } = newest;
  const all = {
    ...literals,
    described_dt: dt,
    described_snapshot: snapshotId,
    progress_from: [literals.from ?? '', firstDay(newest)].sort()[1] as string,
  };
  const on = `the details of ${counted(described.count, 'job')} in ${snapshotId}, the newest snapshot that asked for details`;
  const now = await sectionOf(connection, 'progress', all, on);
  const overTime = await sectionOf(connection, 'progress-over-time', all, `the details since ${all.progress_from}`);
  return {
    ...now,
    snapshotAt: timestamp(identity.scheduledAt).slice(0, 19),
    described: described.count,
    leftOut: described.leftOut,
    overTime: overTimeOf(overTime),
  };
}

/** The rows of sql/report/progress-over-time.sql as lines, which share their times. */
function overTimeOf({ answer, ...section }: Section): ProgressOverTime {
  const at = [...new Set(answer.rows.map(([, , snapshotAt]) => String(snapshotAt)))].sort();
  const places = new Map(at.map((time, i) => [time, i]));
  const lines = Map.groupBy(answer.rows, ([jobId, createdAt]) => JSON.stringify([jobId, createdAt]));
  const column = (rows: readonly (readonly Cell[])[], place: number) =>
    rows.map((row) => (row[place] ?? null) as number | null);
  const series = [...lines.values()].map(
    (rows): ProgressSeries => ({
      jobId: String(rows[0]?.[0] ?? ''),
      createdAt: rows[0]?.[1] as string | null,
      places: rows.map(([, , snapshotAt]) => places.get(String(snapshotAt)) as number),
      done: column(rows, 3),
      failed: column(rows, 4),
    }),
  );
  return { ...section, at, series };
}

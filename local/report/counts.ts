import { utcDate } from '../../lambda/contract/keys.ts';
import type { DueByDay } from './due.ts';
import type { Answer, Cell, CountSeries, Counts, Section } from './model.ts';

/** Without a schedule, a gap is a distance of more than this many periods: schedules are slightly irregular. */
const TOLERANCE = 1.5;
const DAY_MS = 86_400_000;

/**
 * Converts the rows of a counts query to a line per scope and status, with the positions where snapshots are missing.
 *
 * @param snapshots the answer of sql/report/snapshots.sql, for the usual time between two snapshots
 * @param due the snapshots that were due, as far as schedules are known
 */
export function countsOf({ answer, ...section }: Section, snapshots: Answer, due: DueByDay, isByDay: boolean): Counts {
  const at = [...new Set(answer.rows.map(([snapshotAt]) => String(snapshotAt)))];
  const places = new Map(at.map((time, i) => [time, i]));
  const lines = Map.groupBy(answer.rows, ([, scope, status]) => `${status} ${scope}`);
  const series = [...lines.values()].map((rows): CountSeries => {
    const [, scope, status] = rows[0] as readonly Cell[];
    const line = (name: string) => {
      const [place, missing] = [name, 'missing'].map((one) => answer.columns.indexOf(one)) as [number, number];
      const values = new Array<number | null>(at.length).fill(null);
      for (const row of rows) {
        const isKnown = missing < 0 || row[missing] === false;
        values[places.get(String(row[0])) as number] = isKnown ? ((row[place] ?? null) as number | null) : null;
      }
      return values;
    };
    const band = isByDay && { band: { least: line('least'), median: line('median'), most: line('most') } };
    return { scope: String(scope), status: String(status), values: line('job_count'), ...band };
  });
  const inferred = inferredGaps(at, snapshots, isByDay);
  const known = new Set(
    [...at.keys()].filter((i) => due.from !== undefined && (at[i] as string).slice(0, 10) >= due.from),
  );
  const gapsAfter = [...at.keys()].filter((i) => (known.has(i) ? isGapAfter(at, i, due, isByDay) : inferred.has(i)));
  return { ...section, at, gapsAfter, isByDay, series };
}

/** Whether a snapshot that was due is missing between this one and the next; by day: whether a day with due snapshots has none. */
function isGapAfter(at: readonly string[], i: number, { days, missing }: DueByDay, isByDay: boolean): boolean {
  const next = at[i + 1];
  if (next === undefined) return false;
  const [from, to] = [at[i] as string, next].map((time) => Date.parse(`${time}Z`)) as [number, number];
  if (!isByDay) return missing.some((time) => from < time && time < to);
  const between = missing.map(utcDate).filter((day) => (at[i] as string).slice(0, 10) < day && day < next.slice(0, 10));
  return between.some((day) => days.get(day)?.arrived === 0);
}

function inferredGaps(at: readonly string[], snapshots: Answer, isByDay: boolean): ReadonlySet<number> {
  const [dt, period] = ['dt', 'period_minutes'].map((name) => snapshots.columns.indexOf(name)) as [number, number];
  const periods = new Map(snapshots.rows.map((row) => [row[dt], row[period]]));
  return new Set(
    at.slice(1).flatMap((time, i) => {
      const minutes = periods.get(time.slice(0, 10));
      const periodMs = isByDay ? DAY_MS : Number(minutes ?? Number.NaN) * 60_000;
      const distance = isByDay
        ? Date.parse(time.slice(0, 10)) - Date.parse((at[i] as string).slice(0, 10))
        : Date.parse(`${time}Z`) - Date.parse(`${at[i]}Z`);
      return distance > periodMs * TOLERANCE ? [i] : [];
    }),
  );
}

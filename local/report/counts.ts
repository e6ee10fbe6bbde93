import type { Answer, CountSeries, Counts, Section } from './model.ts';

/** A distance of more than this many periods is a gap: a schedule is a little uneven. */
const TOLERANCE = 1.5;
const DAY_MS = 86_400_000;

/**
 * The rows of a query of counts as a line per scope and status, with the places where snapshots are missing.
 *
 * @param health the answer of sql/report/health.sql, for the usual time between two snapshots
 */
export function countsOf({ answer, ...section }: Section, health: Answer, isByDay: boolean): Counts {
  const at = [...new Set(answer.rows.map(([snapshotAt]) => String(snapshotAt)))];
  const places = new Map(at.map((time, i) => [time, i]));
  const series = new Map<string, CountSeries & { values: (number | null)[] }>();
  for (const [snapshotAt, scope, status, jobCount, missing] of answer.rows) {
    const key = `${status} ${scope}`;
    const line = series.get(key) ?? {
      scope: String(scope),
      status: String(status),
      values: new Array<number | null>(at.length).fill(null),
    };
    line.values[places.get(String(snapshotAt)) as number] = missing === false ? Number(jobCount) : null;
    series.set(key, line);
  }
  return { ...section, at, gapsAfter: gapsIn(at, health, isByDay), isByDay, series: [...series.values()] };
}

function gapsIn(at: readonly string[], health: Answer, isByDay: boolean): number[] {
  const [dt, period] = ['dt', 'period_minutes'].map((name) => health.columns.indexOf(name)) as [number, number];
  const periods = new Map(health.rows.map((row) => [row[dt], row[period]]));
  return at.slice(1).flatMap((time, i) => {
    const minutes = periods.get(time.slice(0, 10));
    const periodMs = isByDay ? DAY_MS : Number(minutes ?? Number.NaN) * 60_000;
    const distance = isByDay
      ? Date.parse(time.slice(0, 10)) - Date.parse((at[i] as string).slice(0, 10))
      : Date.parse(`${time}Z`) - Date.parse(`${at[i]}Z`);
    return distance > periodMs * TOLERANCE ? [i] : [];
  });
}

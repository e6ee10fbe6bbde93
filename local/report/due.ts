import type { DuckDBConnection } from '@duckdb/node-api';
import { utcDate } from '../../lambda/contract/keys.ts';
import { ask } from '../history/open.ts';
import { quoted } from '../history/tables.ts';
import { dueSnapshots, isReadable, type ScheduledSnapshot } from '../verify/due.ts';
import type { Cell, Section } from './model.ts';
import type { Literals } from './report-query.ts';

const DAY_MS = 86_400_000;

/** Snapshots that were due by the schedules in the records. */
export interface DueByDay {
  /** First day for which all due snapshots are known, `yyyy-MM-dd`; absent if no record has a schedule. */
  readonly from?: string;
  /** By day: number of snapshots that were due, and of those that arrived. */
  readonly days: ReadonlyMap<string, { readonly due: number; readonly arrived: number }>;
  /** Due times of the missing snapshots, epoch milliseconds, ascending. */
  readonly missing: readonly number[];
  /** The schedules, as `cron(0 6 * * ? *) Europe/Berlin`. */
  readonly schedules: readonly string[];
}

/** The snapshots of one export whose records are loaded, with their schedules, sorted by scheduled time. */
export async function scheduledSnapshots(
  connection: DuckDBConnection,
  { account_id, region, export_name }: Literals,
): Promise<ScheduledSnapshot[]> {
  const place = { account_id, region, export_name };
  const conditions = Object.entries(place).map(([name, value]) => `${name} = ${quoted(value ?? '')}`);
  const { rows } = await ask(
    connection,
    `SELECT epoch_ms(snapshot_at), schedule.expression, schedule.time_zone FROM snapshots
      WHERE ${conditions.join(' AND ')} ORDER BY snapshot_at`,
  );
  return rows.map(([scheduledAt, expression, zone]) => ({
    scheduledAt: Number(scheduledAt),
    ...(expression !== null && { schedule: { expression: String(expression), time_zone: String(zone) } }),
  }));
}

/** @param snapshots sorted by scheduled time */
export function dueByDay(snapshots: readonly ScheduledSnapshot[]): DueByDay {
  const first = snapshots.findIndex(({ schedule }) => schedule && isReadable(schedule));
  const firstScheduled = snapshots[first];
  if (!firstScheduled) return { days: new Map(), missing: [], schedules: [] };
  const days = new Map<string, { due: number; arrived: number }>();
  const missing: number[] = [];
  const schedules = new Set<string>();
  for (const { at, hasCome, schedule } of dueSnapshots(snapshots)) {
    const day = utcDate(at);
    const { due, arrived } = days.get(day) ?? { due: 0, arrived: 0 };
    days.set(day, { due: due + 1, arrived: arrived + (hasCome ? 1 : 0) });
    if (!hasCome) missing.push(at);
    const isLocal = schedule.expression.startsWith('cron') && schedule.time_zone !== 'UTC';
    schedules.add(isLocal ? `${schedule.expression} ${schedule.time_zone}` : schedule.expression);
  }
  // On the first day of a schedule there may be snapshots from before it.
  const before = snapshots[first - 1];
  const day = utcDate(firstScheduled.scheduledAt);
  const isWhole = before === undefined || utcDate(before.scheduledAt) < day;
  return { from: isWhole ? day : dayAfter(day), days, missing, schedules: [...schedules] };
}

/**
 * Sets what was expected to null, not known, in the answer of sql/report/snapshots.sql. For histories without schedules and
 * without a usual time between snapshots, as of runs that are started by hand.
 */
export function withoutExpected(snapshots: Section): Section {
  const { columns, rows } = snapshots.answer;
  const inferred = new Set(['expected', 'failed', 'gaps', 'period_minutes'].map((name) => columns.indexOf(name)));
  const arrived = columns.indexOf('arrived');
  // A day without snapshots has a row only because of what was expected.
  const came = rows.filter((row) => Number(row[arrived]) > 0);
  const notes = `${snapshots.notes}\n\nOn this page expected, failed and gaps are not known: no record has a schedule, and no time between two snapshots is the usual one.`;
  const known = came.map((row) => row.map((cell, i) => (inferred.has(i) ? null : cell)));
  return { ...snapshots, notes: notes.trim(), answer: { columns, rows: known } };
}

/**
 * Replaces what sql/report/snapshots.sql inferred as expected by what was due by the schedules. Adds a row for every day
 * with a known schedule, also if nothing was due or nothing arrived.
 *
 * @param to last day
 */
export function withExpected(
  snapshots: Section,
  due: DueByDay,
  { from, to }: { readonly from: string; readonly to: string },
): Section {
  if (due.from === undefined || due.from > to) return snapshots;
  const { columns, rows } = snapshots.answer;
  const [dt, expected, failed] = ['dt', 'expected', 'failed'].map((name) => columns.indexOf(name)) as [
    number,
    number,
    number,
  ];
  const byDay = new Map(rows.map((row) => [String(row[dt]), row]));
  const zero = new Set(['arrived', 'late'].map((name) => columns.indexOf(name)));
  for (let day = [from, due.from].sort()[1] as string; day <= to; day = dayAfter(day)) {
    const { due: dueCount, arrived } = due.days.get(day) ?? { due: 0, arrived: 0 };
    const known: readonly Cell[] = byDay.get(day) ?? columns.map((_, i) => (i === dt ? day : zero.has(i) ? 0 : null));
    byDay.set(
      day,
      known.map((cell, i) => (i === expected ? dueCount : i === failed ? dueCount - arrived : cell)),
    );
  }
  const inOrder = [...byDay].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const notes = `${snapshots.notes}\n\nOn this page expected and failed are reckoned from the schedules in the records, where they have one.`;
  return { ...snapshots, notes: notes.trim(), answer: { columns, rows: inOrder } };
}

function dayAfter(day: string): string {
  return utcDate(Date.parse(day) + DAY_MS);
}

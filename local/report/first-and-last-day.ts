import type { DuckDBConnection } from '@duckdb/node-api';
import { ask } from '../history/open.ts';
import { quoted } from '../history/tables.ts';
import type { Combination, Freshness } from './model.ts';
import type { Literals } from './report-query.ts';

const MIDNIGHT = '00:00';
/** A day with a snapshot at or after this time counts as whole: hourly snapshots leave the last hour open. */
const LAST_HOUR = '23:00';

/** Since when the first day is known, and until when the last; null for days that are known whole. */
export async function firstAndLastDay(
  connection: DuckDBConnection,
  { account_id, region, export_name, from, to }: Literals,
  { nextDueAt }: Pick<Freshness, 'nextDueAt'>,
): Promise<Pick<Combination, 'firstDayFrom' | 'lastDayUntil'>> {
  const place = { account_id, region, export_name };
  const conditions = Object.entries(place).map(([name, value]) => `${name} = ${quoted(value ?? '')}`);
  const { rows } = await ask(
    connection,
    `SELECT snapshot_at, previous_snapshot_id FROM snapshots
      WHERE ${conditions.join(' AND ')} AND dt BETWEEN ${quoted(from ?? '')} AND ${quoted(to ?? '')}
        AND COALESCE(unlinked_reason, '') <> 'LATE'
      ORDER BY snapshot_at`,
  );
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return { firstDayFrom: null, lastDayUntil: null };
  const [begin, end] = [first, last].map(([at]) => String(at).slice(11, 16)) as [string, string];
  // Compared with one before, it has the changes since then, so since the day began.
  const isFirstWhole = begin === MIDNIGHT || first[1] !== null;
  // No other is due on that day. What is created after the last one is seen only by the first of the next day.
  const isLastWhole = nextDueAt !== null && nextDueAt.slice(0, 10) > String(to) && end >= LAST_HOUR;
  return { firstDayFrom: isFirstWhole ? null : begin, lastDayUntil: isLastWhole ? null : end };
}

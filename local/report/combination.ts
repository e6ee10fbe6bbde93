import type { DuckDBConnection } from '@duckdb/node-api';
import { type SnapshotIdentity, snapshotId, utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { ask } from '../history/open.ts';
import { type Literals, sectionOf } from './ask-combination.ts';
import type { Chosen, Recorded } from './choose-snapshots.ts';
import { countsOf } from './counts.ts';
import { dueByDay, scheduledSnapshots, withDue } from './due.ts';
import type { Asked, Found } from './find-snapshots.ts';
import type { Combination, Section } from './model.ts';
import { restsOn } from './rests-on.ts';

const DAY_MS = 86_400_000;
/** Counts on a page, beyond which only the last snapshot of each day is shown. A year of hours has 44,000. */
const MAX_COUNTS = 100_000;
/** Days of the table of vanished jobs: what is older was long noticed, and its view is the slowest. */
const VANISHED_DAYS = 31;

/** First day of the table of vanished jobs, whose newest snapshot is of an instant. */
export function vanishedSince(newestAt: number): string {
  return utcDate(newestAt - (VANISHED_DAYS - 1) * DAY_MS);
}

export interface Connections {
  /** Where all records are. */
  readonly records: DuckDBConnection;
  /** Where the rows of the snapshots chosen are. */
  readonly rows: DuckDBConnection;
}

/** Asks all that the page shows of one export in one account and Region. */
export async function combinationOf(
  { records, rows }: Connections,
  found: Found & Chosen,
  asked: Asked,
): Promise<Combination> {
  const { accountId, region, exportName } = found;
  const first = found.snapshots[0] as SnapshotIdentity;
  const newest = found.snapshots.at(-1) as SnapshotIdentity;
  const from = [asked.from ?? '', utcDate(first.scheduledAt)].sort()[1] as string;
  const to = utcDate(newest.scheduledAt);
  const shown = found.snapshots.filter(({ scheduledAt }) => utcDate(scheduledAt) >= from);
  const literals: Literals = {
    account_id: accountId,
    region,
    export_name: exportName,
    from,
    to,
    first: utcDate(first.scheduledAt),
    newest_dt: to,
    newest_snapshot: snapshotId(newest),
    vanished_from: [from, vanishedSince(newest.scheduledAt)].sort()[1] as string,
  };
  const [begin, end] = [minuteOf(shown[0] ?? first), minuteOf(newest)];
  const span = begin === end ? `${end} UTC` : `${begin} to ${end} UTC`;
  const shownIds = new Set(shown.map(snapshotId));
  const isShown = (one: Recorded) => shownIds.has(one.snapshotId);
  const [recorded, gone] = [found.recorded.filter(isShown), found.gone.filter(isShown)];
  const on = restsOn({ ...found, recorded, gone }, shown.length, span);

  const scheduled = await scheduledSnapshots(records, literals);
  const due = dueByDay(found.scheduledBefore ? [found.scheduledBefore, ...scheduled] : scheduled);
  const health = withDue(await sectionOf(records, 'health', literals, on.records), due, { from, to });
  const isByDay = (await countOfCounts(records, literals)) > MAX_COUNTS;
  const countsQuery = isByDay ? 'counts-by-day' : 'counts';
  const counts = await sectionOf(records, countsQuery, literals, isByDay ? on.lastOfDays : on.records);
  const [inProgress, inProgressPartition] = withoutArn(await sectionOf(rows, 'in-progress', literals, on.newest));
  const [purgedSoon, purgedPartition] = withoutArn(await sectionOf(rows, 'purged-soon', literals, on.newest));
  return {
    accountId,
    region,
    exportName,
    partition: inProgressPartition ?? purgedPartition ?? partitionOf(region),
    from,
    to,
    newestSnapshot: snapshotId(newest),
    newestAt: timestamp(newest.scheduledAt).slice(0, 19),
    snapshotCount: shown.length,
    readCount: recorded.filter(({ areRowsGone }) => !areRowsGone).length,
    goneCount: gone.length,
    goneDays: [...new Set(gone.map(({ dt }) => dt))],
    isNewestGone: gone.at(-1)?.snapshotId === snapshotId(newest),
    everySince: found.isThinned ? (found.everySince ?? null) : from,
    counts: countsOf(counts, health.answer, due, isByDay),
    moved: await sectionOf(rows, 'moved-by-day', literals, on.rows),
    flows: await sectionOf(rows, 'flows', literals, on.rows),
    rollouts: await sectionOf(rows, 'rollouts-by-week', literals, on.rows),
    inProgress,
    vanishedByDay: await sectionOf(rows, 'vanished-by-day', literals, on.rows),
    vanished: await sectionOf(rows, 'vanished', literals, on.rows),
    purgedSoon,
    health,
    schedules: due.schedules,
    scheduledFrom: due.from ?? null,
    missingGroups: await sectionOf(records, 'missing-groups', literals, on.records),
  };
}

async function countOfCounts(connection: DuckDBConnection, literals: Literals): Promise<number> {
  const { account_id, region, export_name, from } = literals;
  const { rows } = await ask(
    connection,
    `SELECT sum(len(listings)) FROM snapshots WHERE account_id = '${account_id}' AND region = '${region}'
      AND export_name = '${export_name}' AND dt >= '${from}'`,
  );
  return Number(rows[0]?.[0]);
}

/** The ARN is in the answer for the partition alone, which is the same in all rows. */
function withoutArn(section: Section): [Section, string | undefined] {
  const { columns, rows } = section.answer;
  const place = columns.indexOf('job_arn');
  const without = <T>(values: readonly T[]) => values.filter((_, i) => i !== place);
  const partition = rows.map((row) => String(row[place] ?? '').split(':')[1]).find(Boolean);
  return [{ ...section, answer: { columns: without(columns), rows: rows.map(without) } }, partition];
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function minuteOf({ scheduledAt }: SnapshotIdentity): string {
  return timestamp(scheduledAt).slice(0, 16);
}

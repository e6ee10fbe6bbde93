import type { DuckDBConnection } from '@duckdb/node-api';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { type SnapshotIdentity, snapshotId, utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { ask } from '../history/open.ts';
import { countsOf } from './counts.ts';
import { dueByDay, scheduledSnapshots, withExpected, withoutExpected } from './due.ts';
import type { FoundExport, ReportSelection } from './find-snapshots.ts';
import { firstAndLastDay } from './first-and-last-day.ts';
import { freshnessOf } from './freshness.ts';
import { newestOnTime, type RecordedSnapshot } from './load.ts';
import type { Combination, OverdueBound, Section } from './model.ts';
import { type Literals, sectionOf } from './report-query.ts';
import { restsOn } from './rests-on.ts';
import { type NewestDescribed, rolloutsOf } from './rollouts.ts';

const DAY_MS = 86_400_000;
/** With more snapshots, counts are shown by day, with a band of the day's snapshots: a chart is about a thousand pixels wide. */
const MAX_SNAPSHOTS = 300;
/** Reasons for which the changes before a snapshot are not known. FIRST is not among them: nothing is lost. */
const UNKNOWN_CHANGES = ['OLDER_VERSION', 'UNREADABLE'];
/** Days of the table of vanished jobs. */
const VANISHED_DAYS = 31;

/** Days of overdue jobs by day. */
const OVERDUE_DAYS = 30;
/** 14 days of 24 hours; the first begins within a 15th UTC day. */
const RECENT_DAYS = 15;
/** Days of completed jobs from which the overdue bound is computed. */
const BOUND_DAYS = 90;

/** Snapshots of an export in one account and Region, with the data of their records. */
export interface LoadedExport extends FoundExport {
  /** Sorted by scheduled time. */
  readonly recorded: readonly RecordedSnapshot[];
  /** Whether the rows of the newest snapshot are gone. */
  readonly isNewestGone: boolean;
  /** The newest snapshot with details, and its rollouts; `undefined` if none has details. */
  readonly rollouts: { readonly newest: NewestDescribed; readonly now: Section } | undefined;
}

/**
 * Computes all that the page shows of one export in one account and Region.
 *
 * @param now time at which the page is written, epoch milliseconds
 */
export async function combinationOf(
  connection: DuckDBConnection,
  found: LoadedExport,
  selection: ReportSelection,
  now: number,
): Promise<Combination> {
  const { accountId, region, exportName } = found;
  const first = found.snapshots[0] as SnapshotIdentity;
  const newestOfAll = found.snapshots.at(-1) as SnapshotIdentity;
  const newest = newestOnTime(found.recorded, selection.from)?.identity ?? newestOfAll;
  const from = [selection.from ?? '', utcDate(first.scheduledAt)].sort()[1] as string;
  const to = utcDate(newest.scheduledAt);
  const shown = found.snapshots.filter(({ scheduledAt }) => utcDate(scheduledAt) >= from);
  /** First of the last `days` days until the newest snapshot, not before `from`. */
  const firstOfLast = (days: number) => [from, utcDate(newest.scheduledAt - (days - 1) * DAY_MS)].sort()[1] as string;
  const newestAt = timestamp(newest.scheduledAt).slice(0, 19);
  const baseLiterals: Literals = {
    account_id: accountId,
    region,
    export_name: exportName,
    from,
    to,
    newest_dt: to,
    newest_snapshot: snapshotId(newest),
    newest_at: newestAt,
    recent_from: firstOfLast(RECENT_DAYS),
    overdue_from: firstOfLast(OVERDUE_DAYS),
    vanished_from: firstOfLast(VANISHED_DAYS),
    bound_from: firstOfLast(BOUND_DAYS),
  };
  const [begin, end] = [minuteOf(shown[0] ?? first), minuteOf(newest)];
  const span = begin === end ? `${end} UTC` : `${begin} to ${end} UTC`;
  const unlinkedDays = await daysOfUnlinked(connection, baseLiterals, UNKNOWN_CHANGES);
  const lateDays = await daysOfUnlinked(connection, baseLiterals, ['LATE']);
  const { isNewestGone } = found;
  const on = restsOn({
    snapshotCount: shown.length,
    unlinkedCount: unlinkedDays.length,
    lateCount: lateDays.length,
    newestSnapshot: snapshotId(newest),
    isNewestGone,
    span,
  });

  const overdueBound = await overdueBoundOf(connection, baseLiterals, on.changes);
  const literals: Literals = { ...baseLiterals, bound_hours: String(overdueBound.hours ?? '') };
  const section = (name: string, on: string) => sectionOf(connection, name, literals, on);
  const loaded = await scheduledSnapshots(connection, literals);
  const scheduled = found.scheduledBefore ? [found.scheduledBefore, ...loaded] : loaded;
  const due = dueByDay(scheduled);
  const inferred = await section('snapshots', on.records);
  const freshness = freshnessOf({
    scheduled,
    newestAt: newestOfAll.scheduledAt,
    snapshots: inferred.answer,
    to: selection.to,
    hasNewer: found.hasNewer,
    now,
  });
  const isExpectedKnown = due.from !== undefined || freshness.usualMinutes !== null;
  const snapshots = isExpectedKnown ? withExpected(inferred, due, { from, to }) : withoutExpected(inferred);
  const groups = await section('groups', on.newest);
  const isByDay = shown.length - lateDays.length > MAX_SNAPSHOTS;
  const counts = await section(isByDay ? 'counts-by-day' : 'counts', on.counts);
  const [inProgress, inProgressPartition] = withoutArn(await section('in-progress', on.newest));
  const [purgedSoon, purgedPartition] = withoutArn(await section('purged-soon', on.newest));
  return {
    accountId,
    region,
    exportName,
    partition: inProgressPartition ?? purgedPartition ?? partitionOf(region),
    from,
    to,
    newestSnapshot: snapshotId(newest),
    newestAt,
    snapshotCount: shown.length,
    unlinkedCount: unlinkedDays.length,
    unlinkedDays: [...new Set(unlinkedDays)],
    isNewestGone,
    ...(await firstAndLastDay(connection, literals, freshness)),
    freshness,
    listedStatuses: await listedStatuses(connection, literals),
    recent: await section('recent', on.changes),
    overdueBound,
    overdueByDay: await section('overdue-by-day', `${on.changes}; ${on.newest}`),
    groups: groups.answer.rows.length > 0 ? groups : null,
    counts: countsOf(counts, snapshots.answer, due, isByDay),
    rollouts: found.rollouts ? await rolloutsOf(connection, found.rollouts.newest, found.rollouts.now) : null,
    moved: await section('moved-by-day', on.changes),
    flows: await section('flows', on.changes),
    durations: await section('durations-by-week', on.changes),
    inProgress,
    vanishedByDay: await section('vanished-by-day', on.changes),
    vanished: await section('vanished', on.changes),
    purgedSoon,
    snapshots,
    schedules: due.schedules,
    scheduledFrom: due.from ?? null,
    missingGroups: await section('missing-groups', on.records),
  };
}

async function overdueBoundOf(connection: DuckDBConnection, literals: Literals, on: string): Promise<OverdueBound> {
  const section = await sectionOf(connection, 'overdue-bound', literals, on);
  const [hours, jobs] = (section.answer.rows[0] ?? [null, 0]) as readonly [number | null, number];
  return { ...section, hours, jobs, from: String(literals.bound_from) };
}

/** Statuses that the newest snapshot listed, in the order of a job's life; unknown ones last. */
async function listedStatuses(connection: DuckDBConnection, literals: Literals): Promise<string[]> {
  const { account_id, region, export_name, newest_dt, newest_snapshot } = literals;
  const { rows } = await ask(
    connection,
    `SELECT DISTINCT status FROM job_counts WHERE account_id = '${account_id}' AND region = '${region}'
      AND export_name = '${export_name}' AND dt = '${newest_dt}' AND snapshot_id = '${newest_snapshot}' ORDER BY status`,
  );
  const listed = rows.map(([status]) => String(status));
  const known = JOB_STATUSES.filter((status) => listed.includes(status));
  return [...new Set([...known, ...listed])];
}

/** The day of each snapshot that was compared with none for one of these reasons. */
async function daysOfUnlinked(
  connection: DuckDBConnection,
  literals: Literals,
  reasons: readonly string[],
): Promise<string[]> {
  const { account_id, region, export_name, from } = literals;
  const { rows } = await ask(
    connection,
    `SELECT dt FROM unlinked_snapshots WHERE account_id = '${account_id}' AND region = '${region}'
      AND export_name = '${export_name}' AND dt >= '${from}' AND reason IN (${reasons.map((reason) => `'${reason}'`).join(', ')})
      ORDER BY snapshot_at`,
  );
  return rows.map(([dt]) => String(dt));
}

/** Removes the column job_arn, and returns the AWS partition from it. */
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

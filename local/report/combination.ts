import type { DuckDBConnection } from '@duckdb/node-api';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { type SnapshotIdentity, snapshotId, utcDate } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { ask } from '../history/open.ts';
import { type Literals, sectionOf } from './ask-combination.ts';
import { countsOf } from './counts.ts';
import { dueByDay, scheduledSnapshots, withDue, withoutExpected } from './due.ts';
import type { Found, ReportSelection } from './find-snapshots.ts';
import { firstAndLastDay } from './first-and-last-day.ts';
import { freshnessOf } from './freshness.ts';
import { newestOnTime, type Recorded } from './load.ts';
import type { Combination, OverdueBound, Section } from './model.ts';
import { restsOn } from './rests-on.ts';
import { type NewestDescribed, rolloutsOf } from './rollouts.ts';

const DAY_MS = 86_400_000;
/** Snapshots beyond which counts are shown by day, with a band of all its snapshots: a chart is some thousand pixels wide. */
const MAX_SNAPSHOTS = 300;
/** Why it is not known what had changed before a snapshot. With the first of a history nothing is lost. */
const UNKNOWN_CHANGES = ['OLDER_VERSION', 'UNREADABLE'];
/** Days of the table of vanished jobs: what is older was long noticed. */
const VANISHED_DAYS = 31;

/** Days of overdue jobs by day. */
const OVERDUE_DAYS = 30;
/** The last seven days and the seven before, of which the first begins within a day. */
const RECENT_DAYS = 15;
/** Days of which the completed jobs tell what nearly all take. */
const BOUND_DAYS = 90;

/** Snapshots of an export in one account and Region, with their records. */
export interface Loaded extends Found {
  /** In the order of their times. */
  readonly recorded: readonly Recorded[];
  /** Whether the newest snapshot had rows that are not there any more. */
  readonly isNewestGone: boolean;
  /** The newest snapshot that asked for details, and the rollouts there; `undefined` where none did. */
  readonly rollouts: { readonly newest: NewestDescribed; readonly now: Section } | undefined;
}

/**
 * Asks all that the page shows of one export in one account and Region.
 *
 * @param now when the page is written, epoch milliseconds
 */
export async function combinationOf(
  connection: DuckDBConnection,
  found: Loaded,
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
  /** The first of so many days until the newest snapshot, as far as they are shown. */
  const firstOf = (days: number) => [from, utcDate(newest.scheduledAt - (days - 1) * DAY_MS)].sort()[1] as string;
  const newestAt = timestamp(newest.scheduledAt).slice(0, 19);
  const ofAll: Literals = {
    account_id: accountId,
    region,
    export_name: exportName,
    from,
    to,
    newest_dt: to,
    newest_snapshot: snapshotId(newest),
    newest_at: newestAt,
    recent_from: firstOf(RECENT_DAYS),
    overdue_from: firstOf(OVERDUE_DAYS),
    vanished_from: firstOf(VANISHED_DAYS),
    bound_from: firstOf(BOUND_DAYS),
  };
  const [begin, end] = [minuteOf(shown[0] ?? first), minuteOf(newest)];
  const span = begin === end ? `${end} UTC` : `${begin} to ${end} UTC`;
  const unlinkedDays = await daysOfUnlinked(connection, ofAll, UNKNOWN_CHANGES);
  const lateDays = await daysOfUnlinked(connection, ofAll, ['LATE']);
  const { isNewestGone } = found;
  const on = restsOn({
    snapshotCount: shown.length,
    unlinkedCount: unlinkedDays.length,
    lateCount: lateDays.length,
    newestSnapshot: snapshotId(newest),
    isNewestGone,
    span,
  });

  const overdueBound = await overdueBoundOf(connection, ofAll, on.changes);
  const literals: Literals = { ...ofAll, bound_hours: String(overdueBound.hours ?? '') };
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
  const snapshots = isExpectedKnown ? withDue(inferred, due, { from, to }) : withoutExpected(inferred);
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

/** In the order in which a job goes through them; one that AWS adds comes after. */
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

/** The day of each snapshot that was compared with none, for one of the reasons. */
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

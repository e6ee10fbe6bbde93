import type { Combination, Counts, Report, Rollouts } from '../model.ts';
import { verdictOf } from '../page/head/verdict-text.ts';
import {
  DURATION_WEEK,
  FLOW,
  GROUP,
  IN_PROGRESS,
  MISSING_GROUP,
  MOVED_DAY,
  OVERDUE_DAY,
  PURGED,
  RECENT,
  REPORTING,
  ROLLOUT,
  SNAPSHOT_DAY,
  VANISHED,
  VANISHED_DAY,
} from './columns.ts';
import {
  type CountsData,
  type ExportData,
  type OverdueData,
  type ReportData,
  type RolloutsData,
  SCHEMA_VERSION,
  type VerdictData,
} from './model.ts';
import { isoTime, rowsOf, timeOf, totalOf } from './rows.ts';

/**
 * The numbers of a page in a stable form, without its SQL and most of its texts, which change with the page.
 *
 * @param nowMs time of the verdict, epoch milliseconds
 */
export function reportData(report: Report, nowMs: number): ReportData {
  const { place, writtenAt, clockOffsetMs = 0, combinations, reporting } = report;
  const isKnown = 'answer' in reporting;
  return {
    schemaVersion: SCHEMA_VERSION,
    place,
    writtenAt: isoTime(writtenAt),
    clockOffsetSeconds: Math.round(clockOffsetMs / 1000),
    exports: combinations.map((one) => exportData(one, verdictData(report, one, nowMs))),
    reporting: {
      notKnown: isKnown ? null : reporting.notKnown,
      exports: isKnown ? rowsOf(reporting.answer, REPORTING) : null,
    },
  };
}

function exportData(one: Combination, verdict: VerdictData): ExportData {
  const { freshness, isNewestGone } = one;
  return {
    exportName: one.exportName,
    accountId: one.accountId,
    region: one.region,
    from: one.from,
    to: one.to,
    firstDayFrom: one.firstDayFrom,
    lastDayUntil: one.lastDayUntil,
    newestSnapshot: one.newestSnapshot,
    newestAt: isoTime(one.newestAt),
    hasNewestRows: !isNewestGone,
    verdict,
    listedStatuses: one.listedStatuses,
    freshness: {
      nextDueAt: timeOf(freshness.nextDueAt),
      lateAt: timeOf(freshness.lateAt),
      usualMinutes: freshness.usualMinutes,
      isBySchedule: freshness.isBySchedule,
      endsWith: freshness.endsWith,
    },
    recent: rowsOf(one.recent.answer, RECENT),
    rollouts: one.rollouts && rolloutsData(one.rollouts),
    overdue: overdueData(one),
    groups: one.groups && rowsOf(one.groups.answer, GROUP),
    counts: countsData(one.counts),
    moved: rowsOf(one.moved.answer, MOVED_DAY),
    flows: rowsOf(one.flows.answer, FLOW),
    durations: rowsOf(one.durations.answer, DURATION_WEEK),
    vanished: {
      jobCount: totalOf(one.vanished.answer, 'jobs') ?? 0,
      byDay: rowsOf(one.vanishedByDay.answer, VANISHED_DAY),
      jobs: rowsOf(one.vanished.answer, VANISHED),
    },
    purged: {
      jobCount: isNewestGone || !areEndedListed(one) ? null : (totalOf(one.purgedSoon.answer, 'jobs') ?? 0),
      jobs: rowsOf(one.purgedSoon.answer, PURGED),
    },
    snapshots: {
      count: one.snapshotCount,
      unlinkedCount: one.unlinkedCount,
      unlinkedDays: one.unlinkedDays,
      schedules: one.schedules,
      scheduledFrom: one.scheduledFrom,
      byDay: rowsOf(one.snapshots.answer, SNAPSHOT_DAY),
      missingGroups: rowsOf(one.missingGroups.answer, MISSING_GROUP),
    },
  };
}

/** Whether both statuses of jobs that AWS may purge are listed. */
function areEndedListed({ listedStatuses }: Combination): boolean {
  return ['COMPLETED', 'CANCELED'].every((status) => listedStatuses.includes(status));
}

function verdictData(report: Report, one: Combination, nowMs: number): VerdictData {
  const { state, freshness, headline, summary, items } = verdictOf(report, one, nowMs);
  return {
    at: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    // EMPTY is only for a history without exports.
    state: state === 'EMPTY' ? 'NOT_KNOWN' : state,
    freshness,
    headline,
    summary,
    items: items.map(({ kind, section, what, more }) => ({ kind, section, text: `${what}${more}` })),
  };
}

function rolloutsData({ answer, snapshotAt, described, leftOut, overTime }: Rollouts): RolloutsData {
  // Without a row there was no rollout to describe, or the details are gone.
  const total = (name: string) => totalOf(answer, name) ?? (described === 0 ? 0 : null);
  return {
    snapshotAt: isoTime(snapshotAt),
    describedCount: described,
    leftOutCount: leftOut,
    inProgressCount: total('jobs'),
    failingCount: total('failing_jobs'),
    stalledCount: total('stalled_jobs'),
    unknownCount: total('unknown_jobs'),
    jobs: rowsOf(answer, ROLLOUT),
    overTime: overTime.series.map(({ jobId, createdAt, places, done, failed }) => ({
      jobId,
      createdAt: timeOf(createdAt),
      at: places.map((place) => isoTime(overTime.at[place] as string)),
      done,
      failed,
    })),
  };
}

function overdueData({
  inProgress,
  overdueBound,
  overdueByDay,
  isNewestGone,
  listedStatuses,
}: Combination): OverdueData {
  const isKnown = !isNewestGone && listedStatuses.includes('IN_PROGRESS');
  const total = (name: string) => totalOf(inProgress.answer, name) ?? (isKnown ? 0 : null);
  const [inProgressCount, continuousCount] = [total('jobs'), total('continuous_jobs')];
  // Without a bound it is not known which are overdue, unless no job can be.
  const hasBound = overdueBound.hours !== null || inProgressCount === continuousCount;
  return {
    boundHours: overdueBound.hours,
    boundJobs: overdueBound.jobs,
    boundFrom: overdueBound.from,
    inProgressCount,
    overdueCount: hasBound ? total('overdue_jobs') : null,
    mayBeOverdueCount: hasBound ? total('may_be_overdue_jobs') : null,
    continuousCount,
    unknownCount: total('unknown_jobs'),
    jobs: rowsOf(inProgress.answer, IN_PROGRESS),
    byDay: rowsOf(overdueByDay.answer, OVERDUE_DAY),
  };
}

function countsData({ at, gapsAfter, isByDay, series }: Counts): CountsData {
  const times = at.map(isoTime);
  return {
    isByDay,
    at: times,
    gapsAfter: gapsAfter.map((place) => times[place] as string),
    series: series.map(({ scope, status, values, band }) => ({
      scope,
      status,
      values,
      least: band?.least ?? null,
      median: band?.median ?? null,
      most: band?.most ?? null,
    })),
  };
}

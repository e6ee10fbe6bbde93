import { dueTimes } from '../../hub/core/due.ts';
import { utcDate } from '../../lambda/contract/keys.ts';
import { DEFAULT_RUN_MINUTES } from '../../lambda/contract/run-time.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { readSchedule } from '../../schedule/schedule.ts';
import { isReadable, type ScheduledSnapshot } from '../verify/due.ts';
import type { Answer, Freshness } from './model.ts';

const MINUTE_MS = 60_000;
/** Number of intervals from which the usual one is inferred: few, because a schedule may change. */
const USUAL_GAPS = 6;
/** Without a schedule a snapshot is late after this many periods: schedules are slightly irregular. */
const TOLERANCE = 1.5;

export interface FreshnessProps {
  /** Sorted by scheduled time: those of the page, and the one known before them. */
  readonly scheduled: readonly ScheduledSnapshot[];
  /** Scheduled time of the newest snapshot. */
  readonly newestAt: number;
  /** The answer of sql/report/snapshots.sql. */
  readonly snapshots: Answer;
  /** Last requested day. */
  readonly to: string | undefined;
  /** Whether the history has a newer snapshot than the page. */
  readonly hasNewer: boolean;
  /** When the page is written. */
  readonly now: number;
}

/** Computes when the next snapshot is due and late. */
export function freshnessOf(props: FreshnessProps): Freshness {
  const { scheduled, newestAt, snapshots, to, hasNewer, now } = props;
  const usualMinutes = usualPeriod(scheduled, newestAt);
  const endsWith = to !== undefined && (hasNewer || to < utcDate(now)) ? to : null;
  const bySchedule = dueBySchedule(scheduled, newestAt, longestRunMinutes(snapshots));
  if (bySchedule) return { ...bySchedule, usualMinutes, isBySchedule: true, endsWith };
  const after = (periods: number) =>
    usualMinutes === null ? null : timeText(newestAt + periods * usualMinutes * MINUTE_MS);
  return { nextDueAt: after(1), lateAt: after(TOLERANCE), usualMinutes, isBySchedule: false, endsWith };
}

/** By the newest schedule, if there is one; nulls if it has no further run. */
function dueBySchedule(
  scheduled: readonly ScheduledSnapshot[],
  newestAt: number,
  runMinutes: number,
): Pick<Freshness, 'nextDueAt' | 'lateAt'> | undefined {
  const newest = scheduled.findLast(({ schedule }) => schedule && isReadable(schedule));
  if (!newest?.schedule) return undefined;
  const { expression, time_zone } = newest.schedule;
  const schedule = readSchedule(expression, time_zone);
  // A rate counts from its last scheduled run; runs started by hand since then do not change it.
  const after = schedule?.kind === 'rate' ? newestAt - ((newestAt - newest.scheduledAt) % schedule.periodMs) : newestAt;
  const due = dueTimes()(newest.schedule, after, { missedPeriods: 1, runMinutes });
  return due && { nextDueAt: timeTextOrNull(due.dueAt), lateAt: timeTextOrNull(due.lateAt) };
}

/**
 * The most frequent interval between the last snapshots in minutes; the shortest of equally frequent ones. Null if no interval
 * occurs twice or makes up half of them, as for runs that are started by hand.
 */
function usualPeriod(scheduled: readonly ScheduledSnapshot[], newestAt: number): number | null {
  const times = scheduled.map(({ scheduledAt }) => scheduledAt).filter((at) => at <= newestAt);
  const last = times.slice(-USUAL_GAPS - 1);
  const gaps = last.slice(1).map((at, i) => Math.round((at - (last[i] as number)) / MINUTE_MS));
  const byLength = Map.groupBy(gaps, (minutes) => minutes);
  const [usual] = [...byLength].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b);
  if (!usual || usual[1].length < 2 || 2 * usual[1].length < gaps.length) return null;
  return usual[0];
}

/** At least the length of one invocation, which a run may take. */
function longestRunMinutes({ columns, rows }: Answer): number {
  const place = columns.indexOf('longest_duration_seconds');
  return Math.max(DEFAULT_RUN_MINUTES, ...rows.map((row) => Number(row[place]) / 60));
}

function timeText(epochMs: number): string {
  return timestamp(Math.round(epochMs)).slice(0, 19);
}

function timeTextOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : timeText(epochMs);
}

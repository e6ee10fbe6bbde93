import { dueTimes } from '../../hub/core/due.ts';
import { utcDate } from '../../lambda/contract/keys.ts';
import { DEFAULT_RUN_MINUTES } from '../../lambda/contract/run-time.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { readSchedule } from '../../schedule/schedule.ts';
import { isReadable, type ScheduledSnapshot } from '../verify/due.ts';
import type { Answer, Freshness } from './model.ts';

const MINUTE_MS = 60_000;
/** Times between two snapshots by which the usual one is told: few, as a schedule may change. */
const USUAL_GAPS = 6;
/** Without a schedule a snapshot is late after so many periods: a schedule is a little uneven. */
const TOLERANCE = 1.5;

export interface FreshnessProps {
  /** In the order of their times: those of the page, and what is known of before. */
  readonly scheduled: readonly ScheduledSnapshot[];
  /** Scheduled time of the newest snapshot. */
  readonly newestAt: number;
  /** The answer of sql/report/snapshots.sql. */
  readonly snapshots: Answer;
  /** Last day that was asked for. */
  readonly to: string | undefined;
  /** Whether the history has a newer snapshot than the page. */
  readonly hasNewer: boolean;
  /** When the page is written. */
  readonly now: number;
}

/** Against what the age of the newest snapshot is held. */
export function freshnessOf(props: FreshnessProps): Freshness {
  const { scheduled, newestAt, snapshots, to, hasNewer, now } = props;
  const usualMinutes = usualPeriod(scheduled, newestAt);
  const endsWith = to !== undefined && (hasNewer || to < utcDate(now)) ? to : null;
  const bySchedule = dueBySchedule(scheduled, newestAt, longestRunMinutes(snapshots));
  if (bySchedule) return { ...bySchedule, usualMinutes, isBySchedule: true, endsWith };
  const after = (periods: number) =>
    usualMinutes === null ? null : textOf(newestAt + periods * usualMinutes * MINUTE_MS);
  return { nextDueAt: after(1), lateAt: after(TOLERANCE), usualMinutes, isBySchedule: false, endsWith };
}

/** By the schedule that is in force, if there is one: nulls where it has no run to come. */
function dueBySchedule(
  scheduled: readonly ScheduledSnapshot[],
  newestAt: number,
  runMinutes: number,
): Pick<Freshness, 'nextDueAt' | 'lateAt'> | undefined {
  const newest = scheduled.findLast(({ schedule }) => schedule && isReadable(schedule));
  if (!newest?.schedule) return undefined;
  const { expression, time_zone } = newest.schedule;
  const schedule = readSchedule(expression, time_zone);
  // A rate counts from its last run, and one that was started by hand since changes nothing.
  const after = schedule?.kind === 'rate' ? newestAt - ((newestAt - newest.scheduledAt) % schedule.periodMs) : newestAt;
  const due = dueTimes()(newest.schedule, after, { missedPeriods: 1, runMinutes });
  return due && { nextDueAt: textOrNull(due.dueAt), lateAt: textOrNull(due.lateAt) };
}

/**
 * The time that most often lies between two snapshots, of the last ones, the shortest of equals. Null where none is the usual
 * one, as where runs are started by hand: there are no two the same, or most are others.
 */
function usualPeriod(scheduled: readonly ScheduledSnapshot[], newestAt: number): number | null {
  const times = scheduled.map(({ scheduledAt }) => scheduledAt).filter((at) => at <= newestAt);
  const last = times.slice(-USUAL_GAPS - 1);
  const gaps = last.slice(1).map((at, i) => Math.round((at - (last[i] as number)) / MINUTE_MS));
  const often = Map.groupBy(gaps, (minutes) => minutes);
  const [usual] = [...often].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b);
  if (!usual || usual[1].length < 2 || 2 * usual[1].length < gaps.length) return null;
  return usual[0];
}

/** One invocation at least: a run may take as long as that. */
function longestRunMinutes({ columns, rows }: Answer): number {
  const place = columns.indexOf('longest_duration_seconds');
  return Math.max(DEFAULT_RUN_MINUTES, ...rows.map((row) => Number(row[place]) / 60));
}

function textOf(epochMs: number): string {
  return timestamp(Math.round(epochMs)).slice(0, 19);
}

function textOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : textOf(epochMs);
}

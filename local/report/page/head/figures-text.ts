import type { Cell, Combination, CountSeries, Report } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, epochMs, minute, rough } from '../base/format.ts';
import type { SectionId } from '../base/section-titles.ts';
import { partOfDay } from '../charts/periods.ts';
import { rolloutsInProgress, weekOf } from './findings.ts';
import { freshnessOf } from './freshness-text.ts';
import { groupsText } from './groups-text.ts';

/** Rating of a figure, shown as an icon; PLAIN: neither good nor bad. */
export type Tone = 'GOOD' | 'BAD' | 'NOT_KNOWN' | 'PLAIN';

export interface Figure {
  readonly name: string;
  readonly section: SectionId;
  /** A number, or `not known`. */
  readonly value: string;
  readonly tone: Tone;
  /** The comparison with an earlier time, then other remarks. */
  readonly notes: readonly string[];
  readonly line?: Line;
}

/** Data of a sparkline, with a description. */
interface Line {
  readonly values: readonly (number | null)[];
  readonly at?: readonly number[];
  readonly gapsAfter?: ReadonlySet<number>;
  readonly label: string;
}

type Row = Readonly<Record<string, Cell>>;

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const WEEK_MS = WEEK_DAYS * DAY_MS;
/** Days of the sparklines. */
const LINE_DAYS = 30;
const NOT_KNOWN = 'not known';
const NOT_LISTED = 'not listed by this export';

/** The key figures of an export as of its newest snapshot; its age is as of `nowMs`. */
export function figuresOf(report: Report, combination: Combination, nowMs: number): readonly Figure[] {
  return [
    inProgressFigure(combination),
    overdueFigure(combination),
    completedFigure(combination),
    canceledFigure(combination),
    freshnessFigure(report, combination, nowMs),
  ];
}

function inProgressFigure(combination: Combination): Figure {
  const { counts, groups, listedStatuses, newestAt } = combination;
  const common = { name: 'in progress', section: 'counts' } as const;
  if (!listedStatuses.includes('IN_PROGRESS')) return { ...common, value: NOT_LISTED, tone: 'NOT_KNOWN', notes: [] };
  // Only the groups that are known now: sums of different groups cannot be compared.
  const series = counts.series.filter(({ status, values }) => status === 'IN_PROGRESS' && values.at(-1) !== null);
  const sums = counts.at.map((_, i) => sumAt(series, i));
  const now = sums.at(-1) ?? null;
  const before = placeBefore(counts.at, epochMs(newestAt) - WEEK_MS);
  const notes = [
    before === undefined
      ? 'not known 7 days before'
      : changeText(now, sums[before] ?? null, `at ${minute(counts.at[before] ?? '')}`),
    groups && `sum of the groups: ${groupsText(groups)}`,
  ];
  const from = counts.at.findIndex((at) => epochMs(at) > epochMs(newestAt) - LINE_DAYS * DAY_MS);
  const shown = { values: sums.slice(from), at: counts.at.slice(from).map(epochMs) };
  const gapsAfter = new Set(counts.gapsAfter.map((place) => place - from));
  return {
    ...common,
    value: now === null ? NOT_KNOWN : count(now),
    tone: now === null ? 'NOT_KNOWN' : 'PLAIN',
    notes: notes.filter((text) => text !== null),
    line: { ...shown, gapsAfter, label: rangeText(shown.values, daysText(lastDays(combination))) },
  };
}

/** Sum of the groups at one time; null if one of them is not known. */
function sumAt(series: readonly CountSeries[], i: number): number | null {
  const known = series.map(({ values }) => values[i] ?? null).filter((value) => value !== null);
  return known.length === 0 || known.length < series.length ? null : known.reduce((a, b) => a + b, 0);
}

/** Index of the last time that is not after `ms`, and not more than a day before it. */
function placeBefore(at: readonly string[], ms: number): number | undefined {
  const place = at.findLastIndex((time) => epochMs(time) <= ms);
  return place >= 0 && epochMs(at[place] as string) > ms - DAY_MS ? place : undefined;
}

function overdueFigure({
  from,
  inProgress,
  overdueBound,
  overdueByDay,
  isNewestGone,
  listedStatuses,
  to,
}: Combination): Figure {
  const common = { name: 'overdue', section: 'overdue' } as const;
  const [first] = records(inProgress.answer);
  const jobs = numberOf(first, 'jobs') - numberOf(first, 'continuous_jobs');
  const why = isNewestGone
    ? 'the rows of the newest snapshot are gone'
    : !listedStatuses.includes('IN_PROGRESS')
      ? `IN_PROGRESS is ${NOT_LISTED}`
      : overdueBound.hours === null && jobs > 0
        ? listedStatuses.includes('COMPLETED')
          ? 'too few jobs were seen to complete'
          : `COMPLETED is ${NOT_LISTED}`
        : undefined;
  if (why !== undefined) return { ...common, value: NOT_KNOWN, tone: 'NOT_KNOWN', notes: [why] };
  const [overdue, maybe] = [numberOf(first, 'overdue_jobs'), numberOf(first, 'may_be_overdue_jobs')];
  const days = lastDays({ from, to });
  const byDay = valuesByDay(records(overdueByDay.answer), 'overdue');
  const weekBefore = dayBefore(to, 7);
  const values = days.map((day) => byDay.get(day) ?? null);
  return {
    ...common,
    value: count(overdue),
    tone: overdue > 0 ? 'BAD' : maybe > 0 ? 'NOT_KNOWN' : 'GOOD',
    notes: [
      changeText(overdue, byDay.get(weekBefore) ?? null, `on ${weekBefore}`),
      ...(maybe > 0 ? [`${count(maybe)} more may be`] : []),
    ],
    line: { values, label: rangeText(values, daysText(days)) },
  };
}

function completedFigure(combination: Combination): Figure {
  const common = { name: 'completed in 7 days', section: 'moved' } as const;
  if (!combination.listedStatuses.includes('COMPLETED')) {
    return { ...common, value: NOT_LISTED, tone: 'NOT_KNOWN', notes: [] };
  }
  const { now, before } = recentOf(combination);
  const [value, previous] = [numberOrNull(now, 'completed'), numberOrNull(before, 'completed')];
  const values = movedByDay(combination, (row) => numberOrNull(row, 'completed'));
  return {
    ...common,
    value: value === null ? NOT_KNOWN : count(value),
    tone: value === null ? 'NOT_KNOWN' : 'PLAIN',
    notes: [value === null ? 'not all of the 7 days is known' : changeText(value, previous, 'in the 7 days before')],
    line: { values, label: rangeText(values, `a day, ${daysText(values)}`) },
  };
}

function canceledFigure(combination: Combination): Figure {
  const things = failedThingsText(combination);
  const common = {
    name: things ? 'canceled or failed' : 'canceled',
    section: combination.rollouts ? 'rollouts' : 'moved',
  } as const;
  const left = ['COMPLETED', 'CANCELED'].filter((status) => !combination.listedStatuses.includes(status));
  const { now, before } = recentOf(combination);
  const [share, previous] = [shareCanceled(now), shareCanceled(before)];
  const values = movedByDay(combination, shareCanceled);
  const ended = now && (numberOrNull(now, 'completed') ?? 0) + (numberOrNull(now, 'canceled') ?? 0);
  const isNone = ended === 0 && shareOf(now) === 'NONE';
  const { failing } = rolloutsInProgress(combination);
  const tone = failing > 0 ? 'BAD' : share === null && !isNone ? 'NOT_KNOWN' : 'PLAIN';
  if (left.length > 0)
    return { ...common, value: NOT_LISTED, tone, notes: [left.join(', '), ...(things ? [things] : [])] };
  return {
    ...common,
    value: isNone ? 'none ended' : share === null ? NOT_KNOWN : `${rough(share)} %`,
    tone,
    notes: [
      share === null
        ? isNone
          ? 'in 7 days'
          : 'not all of the 7 days is known'
        : `of ${counted(ended ?? 0, 'job')} that ended in 7 days canceled, ${pointsText(share, previous)}`,
      ...(things ? [things] : []),
    ],
    line: { values, label: rangeText(values, `% a day, ${daysText(values)}`) },
  };
}

function shareOf(row: Row | undefined): 'KNOWN' | 'NONE' | 'NOT_KNOWN' {
  const [completed, canceled] = [numberOrNull(row, 'completed'), numberOrNull(row, 'canceled')];
  if (completed === null || canceled === null) return 'NOT_KNOWN';
  return completed + canceled === 0 ? 'NONE' : 'KNOWN';
}

/** Canceled jobs in percent of ended ones; null if none ended, or it is not known. */
function shareCanceled(row: Row | undefined): number | null {
  if (shareOf(row) !== 'KNOWN') return null;
  const [completed, canceled] = [numberOf(row, 'completed'), numberOf(row, 'canceled')];
  return (100 * canceled) / (completed + canceled);
}

/** Text: the share of failed things among those that executed the rollouts in progress. */
function failedThingsText(combination: Combination): string | undefined {
  const { rollouts, inProgress, newestAt } = combination;
  if (!rollouts) return undefined;
  const { current: rows } = rolloutsInProgress(combination);
  const known = rows.filter((row) => typeof row.things_executed === 'number' && typeof row.things_failed === 'number');
  const sum = (name: string) => known.reduce((total, row) => total + numberOf(row, name), 0);
  const [executed, failed, jobs] = [sum('things_executed'), sum('things_failed'), numberOf(rows[0], 'jobs')];
  const isOlder = rollouts.snapshotAt !== newestAt;
  const then = isOlder ? `, as of ${minute(rollouts.snapshotAt)} UTC` : '';
  // Without those that have ended since.
  const described = isOlder && rows.length < jobs ? rows.length : jobs;
  const missing = described - known.length + rollouts.leftOut;
  const isNoneDescribed = rows.length === 0 && records(inProgress.answer).length > 0;
  const without = missing > 0 ? `, without ${counted(missing, 'rollout')}` : '';
  if (executed === 0)
    return missing > 0 || isNoneDescribed
      ? `things that failed: ${NOT_KNOWN}`
      : 'no thing executed a rollout in progress';
  return `${rough((100 * failed) / executed)} % of ${counted(executed, 'thing')} failed in the rollouts in progress${then}${without}`;
}

function freshnessFigure({ writtenAt }: Report, combination: Combination, nowMs: number): Figure {
  const { state, age } = freshnessOf(combination, writtenAt, nowMs);
  const { to, newestAt } = combination;
  const week = weekOf(combination, to);
  const before = dayBefore(to, 7);
  const earlier = before >= combination.from ? weekOf(combination, before) : undefined;
  // Only a whole week can be compared.
  const failedBefore = earlier?.days === WEEK_DAYS ? earlier.failed : null;
  const words = { FRESH: 'fresh', STALE: 'stale', ENDED: `ends ${minute(newestAt)}`, NOT_KNOWN: 'freshness not known' };
  const rows = new Map(records(combination.snapshots.answer).map((row) => [textOf(row, 'dt'), row]));
  const values = wholeDays(combination, (day) => numberOrNull(rows.get(day), 'arrived'));
  return {
    name: 'newest snapshot',
    section: 'snapshots',
    value: state === 'ENDED' || age === undefined ? minute(newestAt) : `${age} old`,
    tone: ({ FRESH: 'GOOD', STALE: 'BAD', ENDED: 'PLAIN', NOT_KNOWN: 'NOT_KNOWN' } as const)[state],
    notes: [
      words[state],
      week.expected === null || week.failed === null
        ? 'how many did not come: not known'
        : `${count(week.failed)} of ${count(week.expected)} did not come in ${counted(week.days, 'day')}, ${
            failedBefore === null ? 'not known in the 7 days before' : `${count(failedBefore)} in the 7 days before`
          }`,
    ],
    line: { values, label: rangeText(values, `snapshots a day, ${daysText(values)}`) },
  };
}

function recentOf({ recent }: Combination): { readonly now?: Row; readonly before?: Row } {
  const rows = records(recent.answer);
  const of = (span: string) => rows.find((row) => row.span === span && row.is_known !== false);
  const [now, before] = [of('last 7 days'), of('7 days before')];
  return { ...(now && { now }), ...(before && { before }) };
}

/** Values of whole days only: a day that is known in part would look like a drop. */
function movedByDay(combination: Combination, amountOf: (row: Row) => number | null): (number | null)[] {
  const rows = new Map(records(combination.moved.answer).map((row) => [textOf(row, 'dt'), row]));
  return wholeDays(combination, (day) => {
    const row = rows.get(day);
    return row ? amountOf(row) : null;
  });
}

/** Values of the last days; null for a day that is known in part. */
function wholeDays(combination: Combination, amountOf: (day: string) => number | null): (number | null)[] {
  return lastDays(combination).map((day) => (partOfDay(day, combination) === undefined ? amountOf(day) : null));
}

/** Days of a sparkline: the last {@link LINE_DAYS}, none before the page begins. */
function lastDays({ from, to }: Pick<Combination, 'from' | 'to'>): string[] {
  return daysBetween([from, dayBefore(to, LINE_DAYS - 1)].sort()[1] as string, to);
}

function daysText({ length }: ArrayLike<unknown>): string {
  return `in ${counted(length, 'day')}`;
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
}

function valuesByDay(rows: readonly Row[], name: string): ReadonlyMap<string, number | null> {
  return new Map(rows.map((row) => [textOf(row, 'dt'), numberOrNull(row, name)]));
}

function numberOrNull(row: Row | undefined, name: string): number | null {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
}

/** `+12 against 40 at 2026-11-16 18:00` */
function changeText(now: number | null, before: number | null, when: string): string {
  if (now === null || before === null) return `${NOT_KNOWN} ${when}`;
  if (now === before) return `as many as ${when}`;
  return `${signed(now - before)} against ${count(before)} ${when}`;
}

function pointsText(now: number, before: number | null): string {
  if (before === null) return `${NOT_KNOWN} in the 7 days before`;
  return `${signed(Math.round((now - before) * 10) / 10)} points against the 7 days before`;
}

function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${count(value)}` : count(value).replace('-', '−');
}

/** Description of a sparkline, also for screen readers. */
function rangeText(values: readonly (number | null)[], span: string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${NOT_KNOWN} ${span}`;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? `${rough(least)} ${span}` : `${rough(least)} to ${rough(most)} ${span}`;
}

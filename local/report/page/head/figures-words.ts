import type { Cell, Combination, CountSeries, Report } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, epochMs, minute, rough } from '../base/format.ts';
import type { SectionId } from '../base/section-titles.ts';
import { partOfDay } from '../charts/periods.ts';
import { rolloutsGoingOn, weekOf } from './findings.ts';
import { freshnessOf } from './freshness-words.ts';
import { groupsWords } from './groups-words.ts';

/** What a figure says besides its number, with an icon; PLAIN where it is neither good nor bad. */
export type Tone = 'GOOD' | 'BAD' | 'NOT_KNOWN' | 'PLAIN';

export interface Figure {
  readonly name: string;
  readonly section: SectionId;
  /** A number, or `not known`. */
  readonly value: string;
  readonly tone: Tone;
  /** Against the time before, and with what it is compared; then what else there is to say. */
  readonly said: readonly string[];
  readonly line?: Line;
}

/** What a small line shows, and the same in words. */
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
/** Days of the small lines. */
const LINE_DAYS = 30;
const NOT_KNOWN = 'not known';
const NOT_LISTED = 'not listed by this export';

/** The key figures of an export as of its newest snapshot; its age is of when it is looked at. */
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
  if (!listedStatuses.includes('IN_PROGRESS')) return { ...common, value: NOT_LISTED, tone: 'NOT_KNOWN', said: [] };
  // The sum of other groups, as before one was added or while one was missing, is nothing to compare with.
  const series = counts.series.filter(({ status, values }) => status === 'IN_PROGRESS' && values.at(-1) !== null);
  const sums = counts.at.map((_, i) => sumAt(series, i));
  const now = sums.at(-1) ?? null;
  const before = placeBefore(counts.at, epochMs(newestAt) - WEEK_MS);
  const said = [
    before === undefined
      ? 'not known 7 days before'
      : changeWords(now, sums[before] ?? null, `at ${minute(counts.at[before] ?? '')}`),
    groups && `sum of the groups: ${groupsWords(groups)}`,
  ];
  const from = counts.at.findIndex((at) => epochMs(at) > epochMs(newestAt) - LINE_DAYS * DAY_MS);
  const shown = { values: sums.slice(from), at: counts.at.slice(from).map(epochMs) };
  const gapsAfter = new Set(counts.gapsAfter.map((place) => place - from));
  return {
    ...common,
    value: now === null ? NOT_KNOWN : count(now),
    tone: now === null ? 'NOT_KNOWN' : 'PLAIN',
    said: said.filter((text) => text !== null),
    line: { ...shown, gapsAfter, label: rangeWords(shown.values, daysWords(lastDays(combination))) },
  };
}

/** Of the groups that are known now; null where one of them is not. */
function sumAt(series: readonly CountSeries[], i: number): number | null {
  const known = series.map(({ values }) => values[i] ?? null).filter((value) => value !== null);
  return known.length === 0 || known.length < series.length ? null : known.reduce((a, b) => a + b, 0);
}

/** The last place at a time or in the day before it. */
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
  if (why !== undefined) return { ...common, value: NOT_KNOWN, tone: 'NOT_KNOWN', said: [why] };
  const [overdue, maybe] = [numberOf(first, 'overdue_jobs'), numberOf(first, 'may_be_overdue_jobs')];
  const days = lastDays({ from, to });
  const byDay = valuesByDay(records(overdueByDay.answer), 'overdue');
  const weekBefore = dayBefore(to, 7);
  const values = days.map((day) => byDay.get(day) ?? null);
  return {
    ...common,
    value: count(overdue),
    tone: overdue > 0 ? 'BAD' : maybe > 0 ? 'NOT_KNOWN' : 'GOOD',
    said: [
      changeWords(overdue, byDay.get(weekBefore) ?? null, `on ${weekBefore}`),
      ...(maybe > 0 ? [`${count(maybe)} more may be`] : []),
    ],
    line: { values, label: rangeWords(values, daysWords(days)) },
  };
}

function completedFigure(combination: Combination): Figure {
  const common = { name: 'completed in 7 days', section: 'moved' } as const;
  if (!combination.listedStatuses.includes('COMPLETED')) {
    return { ...common, value: NOT_LISTED, tone: 'NOT_KNOWN', said: [] };
  }
  const { now, before } = recentOf(combination);
  const [value, was] = [knownIn(now, 'completed'), knownIn(before, 'completed')];
  const values = movedByDay(combination, (row) => knownIn(row, 'completed'));
  return {
    ...common,
    value: value === null ? NOT_KNOWN : count(value),
    tone: value === null ? 'NOT_KNOWN' : 'PLAIN',
    said: [value === null ? 'not all of the 7 days is known' : changeWords(value, was, 'in the 7 days before')],
    line: { values, label: rangeWords(values, `a day, ${daysWords(values)}`) },
  };
}

function canceledFigure(combination: Combination): Figure {
  const things = thingsWords(combination);
  const common = {
    name: things ? 'canceled or failed' : 'canceled',
    section: combination.rollouts ? 'rollouts' : 'moved',
  } as const;
  const left = ['COMPLETED', 'CANCELED'].filter((status) => !combination.listedStatuses.includes(status));
  const { now, before } = recentOf(combination);
  const [share, was] = [shareCanceled(now), shareCanceled(before)];
  const values = movedByDay(combination, shareCanceled);
  const ended = now && (knownIn(now, 'completed') ?? 0) + (knownIn(now, 'canceled') ?? 0);
  const isNone = ended === 0 && shareOf(now) === 'NONE';
  const { failing } = rolloutsGoingOn(combination);
  const tone = failing > 0 ? 'BAD' : share === null && !isNone ? 'NOT_KNOWN' : 'PLAIN';
  if (left.length > 0)
    return { ...common, value: NOT_LISTED, tone, said: [left.join(', '), ...(things ? [things] : [])] };
  return {
    ...common,
    value: isNone ? 'none ended' : share === null ? NOT_KNOWN : `${rough(share)} %`,
    tone,
    said: [
      share === null
        ? isNone
          ? 'in 7 days'
          : 'not all of the 7 days is known'
        : `of ${counted(ended ?? 0, 'job')} that ended in 7 days canceled, ${pointsWords(share, was)}`,
      ...(things ? [things] : []),
    ],
    line: { values, label: rangeWords(values, `% a day, ${daysWords(values)}`) },
  };
}

function shareOf(row: Row | undefined): 'KNOWN' | 'NONE' | 'NOT_KNOWN' {
  const [completed, canceled] = [knownIn(row, 'completed'), knownIn(row, 'canceled')];
  if (completed === null || canceled === null) return 'NOT_KNOWN';
  return completed + canceled === 0 ? 'NONE' : 'KNOWN';
}

/** Percent of those that ended; null where none did, or it is not known. */
function shareCanceled(row: Row | undefined): number | null {
  if (shareOf(row) !== 'KNOWN') return null;
  const [completed, canceled] = [numberOf(row, 'completed'), numberOf(row, 'canceled')];
  return (100 * canceled) / (completed + canceled);
}

/** Of the things that executed the rollouts in progress, how many failed. */
function thingsWords(combination: Combination): string | undefined {
  const { rollouts, inProgress, newestAt } = combination;
  if (!rollouts) return undefined;
  const { goingOn: rows } = rolloutsGoingOn(combination);
  const known = rows.filter((row) => typeof row.things_executed === 'number' && typeof row.things_failed === 'number');
  const sum = (name: string) => known.reduce((total, row) => total + numberOf(row, name), 0);
  const [executed, failed, jobs] = [sum('things_executed'), sum('things_failed'), numberOf(rows[0], 'jobs')];
  const isOlder = rollouts.snapshotAt !== newestAt;
  const then = isOlder ? `, as of ${minute(rollouts.snapshotAt)} UTC` : '';
  // Those that have ended since are none of them.
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
  // A part of the week before is no week to compare with.
  const failedBefore = earlier?.days === WEEK_DAYS ? earlier.failed : null;
  const words = { FRESH: 'fresh', STALE: 'stale', ENDED: `ends ${minute(newestAt)}`, NOT_KNOWN: 'freshness not known' };
  const rows = new Map(records(combination.snapshots.answer).map((row) => [textOf(row, 'dt'), row]));
  const values = wholeDays(combination, (day) => knownIn(rows.get(day), 'arrived'));
  return {
    name: 'newest snapshot',
    section: 'snapshots',
    value: state === 'ENDED' || age === undefined ? minute(newestAt) : `${age} old`,
    tone: ({ FRESH: 'GOOD', STALE: 'BAD', ENDED: 'PLAIN', NOT_KNOWN: 'NOT_KNOWN' } as const)[state],
    said: [
      words[state],
      week.expected === null || week.failed === null
        ? 'how many did not come: not known'
        : `${count(week.failed)} of ${count(week.expected)} did not come in ${counted(week.days, 'day')}, ${
            failedBefore === null ? 'not known in the 7 days before' : `${count(failedBefore)} in the 7 days before`
          }`,
    ],
    line: { values, label: rangeWords(values, `snapshots a day, ${daysWords(values)}`) },
  };
}

function recentOf({ recent }: Combination): { readonly now?: Row; readonly before?: Row } {
  const rows = records(recent.answer);
  const of = (span: string) => rows.find((row) => row.span === span && row.is_known !== false);
  const [now, before] = [of('last 7 days'), of('7 days before')];
  return { ...(now && { now }), ...(before && { before }) };
}

/** Whole days alone: one that is known in part looks like a fall. */
function movedByDay(combination: Combination, amountOf: (row: Row) => number | null): (number | null)[] {
  const rows = new Map(records(combination.moved.answer).map((row) => [textOf(row, 'dt'), row]));
  return wholeDays(combination, (day) => {
    const row = rows.get(day);
    return row ? amountOf(row) : null;
  });
}

/** Of the last days those that are known whole. */
function wholeDays(combination: Combination, amountOf: (day: string) => number | null): (number | null)[] {
  return lastDays(combination).map((day) => (partOfDay(day, combination) === undefined ? amountOf(day) : null));
}

/** Days of a line: the last ones, none before the page begins. */
function lastDays({ from, to }: Pick<Combination, 'from' | 'to'>): string[] {
  return daysBetween([from, dayBefore(to, LINE_DAYS - 1)].sort()[1] as string, to);
}

function daysWords({ length }: ArrayLike<unknown>): string {
  return `in ${counted(length, 'day')}`;
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
}

function valuesByDay(rows: readonly Row[], name: string): ReadonlyMap<string, number | null> {
  return new Map(rows.map((row) => [textOf(row, 'dt'), knownIn(row, name)]));
}

function knownIn(row: Row | undefined, name: string): number | null {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
}

/** `+12 against 40 at 2026-11-16 18:00` */
function changeWords(now: number | null, before: number | null, when: string): string {
  if (now === null || before === null) return `${NOT_KNOWN} ${when}`;
  if (now === before) return `as many as ${when}`;
  return `${signed(now - before)} against ${count(before)} ${when}`;
}

function pointsWords(now: number, before: number | null): string {
  if (before === null) return `${NOT_KNOWN} in the 7 days before`;
  return `${signed(Math.round((now - before) * 10) / 10)} points against the 7 days before`;
}

function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${count(value)}` : count(value).replace('-', '−');
}

/** What a small line shows, for those who do not see it. */
function rangeWords(values: readonly (number | null)[], span: string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${NOT_KNOWN} ${span}`;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? `${rough(least)} ${span}` : `${rough(least)} to ${rough(most)} ${span}`;
}

import type { Combination } from '../../model.ts';

/** The days of the page, and the known parts of the first and the last. */
export type Shown = Pick<Combination, 'from' | 'to' | 'firstDayFrom' | 'lastDayUntil'>;

const DAY_MS = 86_400_000;

/** `until 12:00 UTC` for a day that is known in part; `undefined` for a whole one. */
export function partOfDay(day: string, { from, to, firstDayFrom, lastDayUntil }: Shown): string | undefined {
  const parts = [
    day === from && firstDayFrom !== null && `from ${firstDayFrom}`,
    day === to && lastDayUntil !== null && `until ${lastDayUntil}`,
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(' ')} UTC` : undefined;
}

/** `until 2026-11-25 12:00 UTC` for a week, Monday to Sunday, that is known in part; `undefined` for a whole one. */
export function partOfWeek(monday: string, shown: Shown): string | undefined {
  const sunday = daysAfter(monday, 6);
  const { from, to, firstDayFrom, lastDayUntil } = shown;
  const begins = monday < from || (monday === from && firstDayFrom !== null);
  const ends = sunday > to || (sunday === to && lastDayUntil !== null);
  const parts = [
    begins && (firstDayFrom === null ? `from ${from}` : `from ${from} ${firstDayFrom} UTC`),
    ends && (lastDayUntil === null ? `until the end of ${to}` : `until ${to} ${lastDayUntil} UTC`),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** The last day that is known whole, if there is one. */
export function lastWholeDay(shown: Shown): string | undefined {
  const last = shown.lastDayUntil === null ? shown.to : daysAfter(shown.to, -1);
  return last < shown.from || partOfDay(last, shown) ? undefined : last;
}

/** The Monday of the last week that is known whole, if it is this week or the one before. */
export function lastWholeWeek(shown: Shown): string | undefined {
  const monday = mondayOf(shown.to);
  return [monday, daysAfter(monday, -7)].find((week) => partOfWeek(week, shown) === undefined);
}

function mondayOf(day: string): string {
  const sinceMonday = (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
  return daysAfter(day, -sinceMonday);
}

/** The day `days` days later. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

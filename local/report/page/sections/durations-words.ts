import type { Cell } from '../../model.ts';
import { counted, duration, unbroken } from '../base/format.ts';
import { lastWholeWeek, partOfWeek, type Shown } from '../charts/periods.ts';

/** The columns of a week that are hours, and what they are called. */
export const PERCENTILES = [
  ['least', 'least_hours'],
  ['5th percentile', 'p05_hours'],
  ['25th percentile', 'p25_hours'],
  ['median', 'p50_hours'],
  ['75th percentile', 'p75_hours'],
  ['90th percentile', 'p90_hours'],
  ['95th percentile', 'p95_hours'],
  ['most', 'most_hours'],
] as const;

export type Week = Readonly<Record<string, Cell>>;

/** How long jobs took that were completed in the last week that is known whole; else in the newest. */
export function durationsLede(
  weeks: readonly Week[],
  shown: Shown & { readonly listedStatuses: readonly string[] },
): string {
  const newest = weeks.at(-1);
  if (!newest) {
    const { listedStatuses: listed } = shown;
    return listed.length > 0 && !listed.includes('COMPLETED')
      ? 'Not known: COMPLETED is not listed by this export.'
      : 'No job was seen completed.';
  }
  const whole = lastWholeWeek(shown);
  const told = whole === undefined ? newest : weeks.find(({ week }) => week === whole);
  const begin = 'From creation to completion, by the week of the completion.';
  if (whole !== undefined) {
    return `${begin} In the last whole week, that of ${unbroken(whole)}, ${told ? numbersOf(told) : 'no job was seen completed'}.`;
  }
  const part = partOfWeek(String(newest.week), shown);
  return `${begin} No week is known whole yet. In that of ${unbroken(String(newest.week))}${part ? `, known ${part.replaceAll('-', '\u2011')}` : ''}, ${numbersOf(newest)}.`;
}

function numbersOf(week: Week): string {
  const hours = (name: string) => duration(Number(week[name]));
  return `${counted(Number(week.jobs), 'job')} completed: median ${hours('p50_hours')}, 90th percentile ${hours('p90_hours')}`;
}

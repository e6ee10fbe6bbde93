import type { Cell, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { counted, duration, unbroken } from '../base/format.ts';
import { daysAfter, lastWholeWeek, partOfWeek, type Shown } from '../charts/periods.ts';

/** Names and columns of a week's percentiles, hours. */
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

/** Durations of the jobs completed in the last whole week, else in the newest week. */
export function durationsLede(
  weeks: readonly Week[],
  shown: Shown & { readonly listedStatuses: readonly string[]; readonly moved: Pick<Section, 'answer'> },
): string {
  const newest = weeks.at(-1);
  if (!newest) {
    const { listedStatuses: listed } = shown;
    return listed.length > 0 && !listed.includes('COMPLETED')
      ? 'Not known: COMPLETED is not listed by this export.'
      : noDurationsText(shown.moved);
  }
  const whole = lastWholeWeek(shown);
  const week = whole === undefined ? newest : weeks.find(({ week }) => week === whole);
  const begin = 'From creation to completion, by the week of the completion.';
  if (whole !== undefined) {
    return `${begin} In the last whole week, that of ${unbroken(whole)}, ${week ? weekText(week) : noneInWeekText(whole, shown.moved)}.`;
  }
  const part = partOfWeek(String(newest.week), shown);
  return `${begin} No week is known whole yet. In that of ${unbroken(String(newest.week))}${part ? `, known ${part.replaceAll('-', '\u2011')}` : ''}, ${weekText(newest)}.`;
}

/** Text if no durations are known. AWS may give no time of completion. */
function noDurationsText({ answer }: Pick<Section, 'answer'>): string {
  const completed = records(answer).reduce((sum, row) => sum + numberOf(row, 'completed'), 0);
  return completed === 0
    ? 'No job was seen completed.'
    : `Not known: ${counted(completed, 'job')} ${completed === 1 ? 'was' : 'were'} seen completed, and of none the time from creation to completion is known.`;
}

/** Text for a week without completed jobs: it says none only if each day is known. */
function noneInWeekText(week: string, moved: Pick<Section, 'answer'>): string {
  return isKnownWhole(moved, week, daysAfter(week, 6)) ? 'no job was seen completed' : 'it is not known what completed';
}

/** Whether the number of completed jobs is known for each day with snapshots. */
function isKnownWhole({ answer }: Pick<Section, 'answer'>, from: string, to: string): boolean {
  const days = records(answer).filter((row) => from <= textOf(row, 'dt') && textOf(row, 'dt') <= to);
  return days.length > 0 && days.every(({ completed }) => completed !== null);
}

function weekText(week: Week): string {
  const hours = (name: string) => duration(Number(week[name]));
  return `${counted(Number(week.jobs), 'job')} completed: median ${hours('p50_hours')}, 90th percentile ${hours('p90_hours')}`;
}

import type { EChartsOption } from 'echarts';
import type { Cell, Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, minute, shortCount, toWords } from '../base/format.ts';
import { ledeOfChanges } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { dayAxis } from '../charts/axes.ts';
import { barStyle } from '../charts/bars.ts';
import { chart } from '../charts/chart.ts';
import { decal, legend, legendHeight } from '../charts/legend.ts';
import { daysAfter, partOfDay } from '../charts/periods.ts';
import { table } from '../tables/table.ts';
import { hollowLegend } from './parts.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** Jobs that were in one snapshot and not in the next. */
export function vanishedSection(combination: Combination): HTMLElement {
  const { vanished, vanishedByDay } = combination;
  const rows = records(vanished.answer);
  const days = records(vanishedByDay.answer);
  const jobs = numberOf(rows[0], 'jobs');
  const gone = days.filter((row) => row.reason === 'GONE').reduce((sum, row) => sum + numberOf(row, 'jobs'), 0);
  return section({
    id: 'vanished',
    lede: ledeOfChanges(
      combination,
      jobs === 0
        ? 'No job of one snapshot is missing in the next one.'
        : `In the last 31 days ${counted(jobs, 'job')} ${jobs === 1 ? 'was' : 'were'} in a snapshot and not in the next one: ${gone === jobs ? 'all' : count(gone)} gone, ` +
            `deleted or purged${gone === jobs ? '' : '; of the others the reason says why their absence means nothing'}.` +
            `${jobs > rows.length ? ` The newest ${count(rows.length)} are listed.` : ''}`,
    ),
    content:
      jobs === 0
        ? []
        : [
            missedByDay(days, combination),
            hollowLegend(daysShown(combination), combination),
            table({
              key: 'vanished',
              caption: 'Jobs that vanished',
              noun: 'job',
              hasFilter: true,
              columns: [
                { name: 'job' },
                { name: 'missed at, UTC', ...time },
                { name: 'last seen, UTC', ...time },
                { name: 'last status', isChoice: true },
                { name: 'reason', isChoice: true },
                { name: 'target selection', isChoice: true },
                { name: 'created, UTC', ...time },
              ],
              rows: vanished.answer.rows.map((row) => row.slice(0, 7)),
            }),
          ],
    restsOn: vanished.restsOn,
    ...(jobs > 0 && {
      numbers: () => ({
        key: 'vanished-by-day',
        caption: 'Jobs missed, by day and reason',
        noun: 'row',
        columns: [{ name: 'day, UTC' }, { name: 'reason' }, { name: 'jobs', isNumeric: true }],
        rows: vanishedByDay.answer.rows,
      }),
    }),
    statements: [vanishedByDay, vanished],
  });
}

function daysShown({ from, to }: Combination): string[] {
  const monthAgo = daysAfter(to, -30);
  return daysBetween(from > monthAgo ? from : monthAgo, to);
}

function missedByDay(rows: readonly Record<string, Cell>[], combination: Combination): HTMLElement {
  const { unlinkedDays, snapshots } = combination;
  const days = daysShown(combination);
  const reasons = [...new Set(rows.map((row) => textOf(row, 'reason')))].sort();
  const of = (day: string, reason: string) =>
    numberOf(
      rows.find((row) => row.dt === day && row.reason === reason),
      'jobs',
    );
  const legendRoom = (width: number) => (reasons.length > 1 ? legendHeight(reasons.map(toWords), width) : 0);
  const withSnapshots = new Set(
    records(snapshots.answer).flatMap((row) => (numberOf(row, 'arrived') > 0 ? [textOf(row, 'dt')] : [])),
  );
  const heading = (day: string) =>
    [
      day,
      partOfDay(day, combination),
      unlinkedDays.includes(day) && 'with a snapshot that was compared with none: there may be more',
    ]
      .filter(Boolean)
      .join(', ');
  return chart({
    label: `Jobs missed per day: ${reasons.map((reason) => `${toWords(reason)} ${count(days.reduce((sum, day) => sum + of(day, reason), 0))}`).join(', ')}`,
    height: (width) => 200 + legendRoom(width),
    pointCount: days.length,
    tip: (index) => {
      const day = days[index];
      if (day === undefined) return undefined;
      return withSnapshots.has(day)
        ? { heading: heading(day), lines: reasons.map((reason) => [toWords(reason), count(of(day, reason))] as const) }
        : { heading: day, lines: [['jobs', 'not known: no snapshot']] };
    },
    option: (colours, width): EChartsOption => ({
      grid: { left: 4, right: 12, top: 10 + legendRoom(width), bottom: 4, containLabel: true },
      legend: { ...legend(colours), show: reasons.length > 1 },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      xAxis: dayAxis(days, colours),
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitNumber: 3,
        axisLabel: { color: colours.muted, fontSize: 11, formatter: (value: number) => shortCount(value) },
        splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
      },
      series: reasons.map((reason, place) => ({
        type: 'bar',
        name: toWords(reason),
        stack: 'reasons',
        barMaxWidth: 28,
        data: days.map((day) => ({
          value: withSnapshots.has(day) ? of(day, reason) : '-',
          itemStyle: partOfDay(day, combination) === undefined ? {} : barStyle(colours.of(reason), colours, true),
        })),
        itemStyle: { color: colours.of(reason), decal: decal(place, colours) },
      })),
    }),
  });
}

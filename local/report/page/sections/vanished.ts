import type { EChartsOption } from 'echarts';
import type { Cell, Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, daysBetween, minute, shortCount, words } from '../base/format.ts';
import { ofChanges } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { chart } from '../charts/chart.ts';
import { dayAxis } from '../charts/panels.ts';
import { table } from '../tables/table.ts';

const time = { show: (value: Cell) => minute(String(value)) };

/** Jobs that a snapshot had and the next one had not. */
export function vanishedSection(combination: Combination): HTMLElement {
  const { vanished, vanishedByDay } = combination;
  const rows = records(vanished.answer);
  const days = records(vanishedByDay.answer);
  const jobs = numberOf(rows[0], 'jobs');
  const gone = days.filter((row) => row.reason === 'GONE').reduce((sum, row) => sum + numberOf(row, 'jobs'), 0);
  return section({
    id: 'vanished',
    lede: ofChanges(
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
            table({
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
        caption: 'Jobs missed, by day and reason',
        noun: 'row',
        columns: [{ name: 'day, UTC' }, { name: 'reason' }, { name: 'jobs', isNumeric: true }],
        rows: vanishedByDay.answer.rows,
      }),
    }),
    statements: [vanishedByDay, vanished],
  });
}

function missedByDay(rows: readonly Record<string, Cell>[], { from, to, unlinkedDays }: Combination): HTMLElement {
  const first = textOf(rows[0], 'dt');
  const monthAgo = new Date(Date.parse(to) - 30 * 86_400_000).toISOString().slice(0, 10);
  const days = daysBetween([from, monthAgo].sort()[1] ?? first, to);
  const reasons = [...new Set(rows.map((row) => textOf(row, 'reason')))].sort();
  const of = (day: string, reason: string) =>
    numberOf(
      rows.find((row) => row.dt === day && row.reason === reason),
      'jobs',
    );
  return chart({
    label: `Jobs missed per day: ${reasons.map((reason) => `${words(reason)} ${count(days.reduce((sum, day) => sum + of(day, reason), 0))}`).join(', ')}`,
    height: 200,
    pointCount: days.length,
    tip: (index) => {
      const day = days[index];
      return day === undefined
        ? undefined
        : {
            heading: unlinkedDays.includes(day)
              ? `${day}, with a snapshot that was compared with none: there may be more`
              : day,
            lines: reasons.map((reason) => [words(reason), count(of(day, reason))] as const),
          };
    },
    option: (colours): EChartsOption => ({
      grid: { left: 4, right: 12, top: reasons.length > 1 ? 34 : 10, bottom: 2, containLabel: true },
      legend: {
        show: reasons.length > 1,
        top: 0,
        left: 0,
        type: 'scroll',
        textStyle: { color: colours.text },
        selectedMode: false,
      },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      xAxis: dayAxis(days, colours),
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitNumber: 3,
        axisLabel: { color: colours.muted, fontSize: 11, formatter: (value: number) => shortCount(value) },
        splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
      },
      series: reasons.map((reason) => ({
        type: 'bar',
        name: words(reason),
        stack: 'reasons',
        barMaxWidth: 28,
        data: days.map((day) => of(day, reason)),
        itemStyle: { color: colours.of(reason) },
      })),
    }),
  });
}

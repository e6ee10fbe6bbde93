import type { EChartsOption } from 'echarts';
import type { Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { h } from '../base/dom.ts';
import { count, counted, duration, unbroken } from '../base/format.ts';
import { ofChanges } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import { chart } from '../charts/chart.ts';

type Week = ReturnType<typeof records>[number];

const PERCENTILES = [
  ['least', 'least_hours'],
  ['5 in 100 within', 'p05_hours'],
  ['a quarter within', 'p25_hours'],
  ['half within', 'p50_hours'],
  ['three quarters within', 'p75_hours'],
  ['90 in 100 within', 'p90_hours'],
  ['95 in 100 within', 'p95_hours'],
  ['most', 'most_hours'],
] as const;

/** Weeks that fit into the picture; the table has all. */
const SHOWN_WEEKS = 106;

/** How long rollouts took, by the week in which they were completed. */
export function durationsSection(combination: Combination): HTMLElement {
  const { durations } = combination;
  const weeks = records(durations.answer);
  const newest = weeks.at(-1);
  return section({
    id: 'durations',
    lede: ofChanges(
      combination,
      newest
        ? `From creation to completion, by the week of the completion. In the newest week, that of ${unbroken(textOf(newest, 'week'))}, ` +
            `${counted(numberOf(newest, 'jobs'), 'job')} completed: half within ${duration(numberOf(newest, 'p50_hours'))}, ` +
            `90 in 100 within ${duration(numberOf(newest, 'p90_hours'))}.`
        : 'No job was seen completed.',
    ),
    content: [
      weeks.length > 0 && distribution(weeks.slice(-SHOWN_WEEKS)),
      weeks.length > 0 &&
        h(
          'p',
          { class: 'key' },
          'Box: from a quarter of the jobs to three quarters, with the half as a line. Whiskers: from 5 to 95 in 100. Diamond: 90 in 100.',
        ),
    ],
    restsOn: durations.restsOn,
    ...(weeks.length > 0 && {
      numbers: () => ({
        caption: 'Hours from creation to completion, by week',
        noun: 'week',
        columns: [
          { name: 'week of' },
          { name: 'jobs', isNumeric: true },
          ...['least', '5 %', '25 %', '50 %', '75 %', '90 %', '95 %', 'most'].map((name) => ({
            name: `${name}, hours`,
            isNumeric: true,
          })),
        ],
        rows: durations.answer.rows,
      }),
    }),
    statements: [durations],
  });
}

function distribution(weeks: readonly Week[]): HTMLElement {
  const boxes = weeks.map((week) =>
    PERCENTILES.slice(1, 5)
      .map(([, name]) => numberOf(week, name))
      .concat(numberOf(week, 'p95_hours')),
  );
  const all = boxes.flat().filter((hours) => hours > 0);
  const isWide = all.length > 0 && Math.max(...all) / Math.min(...all) > 200;
  // A logarithm has no nought: a minute is as good as none.
  const shown = (hours: number) => (isWide ? Math.max(hours, 1 / 60) : hours);
  return chart({
    label: `Distribution of rollout durations over ${counted(weeks.length, 'week')}`,
    height: 280,
    pointCount: weeks.length,
    tip: (index) => {
      const week = weeks[index];
      return (
        week && {
          heading: `week of ${textOf(week, 'week')}`,
          lines: [
            ['jobs completed', count(numberOf(week, 'jobs'))],
            ...PERCENTILES.map(([name, column]) => [name, duration(numberOf(week, column))] as const),
          ],
        }
      );
    },
    option: (colours): EChartsOption => ({
      grid: { left: 4, right: 12, top: 14, bottom: 2, containLabel: true },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      xAxis: {
        type: 'category',
        data: weeks.map((week) => textOf(week, 'week')),
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
        axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true },
      },
      yAxis: {
        type: isWide ? 'log' : 'value',
        axisLabel: { color: colours.muted, fontSize: 11, formatter: (hours: number) => duration(hours) },
        splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
      },
      series: [
        {
          type: 'boxplot',
          data: boxes.map((box) => box.map(shown)),
          boxWidth: [4, 34],
          itemStyle: { color: colours.surface, borderColor: colours.of('COMPLETED'), borderWidth: 1.5 },
        },
        {
          type: 'scatter',
          data: weeks.map((week) => shown(numberOf(week, 'p90_hours'))),
          symbol: 'diamond',
          symbolSize: 8,
          itemStyle: { color: colours.of('CANCELED') },
        },
      ],
    }),
  });
}

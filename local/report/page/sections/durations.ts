import type { EChartsOption } from 'echarts';
import type { Combination } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { h } from '../base/dom.ts';
import { count, counted, duration } from '../base/format.ts';
import { ledeOfChanges } from '../base/not-known.ts';
import { section } from '../base/section.ts';
import type { Colours } from '../base/theme.ts';
import { barStyle } from '../charts/bars.ts';
import { chart, translucent } from '../charts/chart.ts';
import { partOfWeek, type Shown } from '../charts/periods.ts';
import { durationsLede, PERCENTILES, type Week } from './durations-text.ts';
import { withKnownPart } from './parts.ts';

/** Weeks of the chart; the table has all. */
const SHOWN_WEEKS = 106;

/** How long rollouts took, by the week in which they were completed. */
export function durationsSection(combination: Combination): HTMLElement {
  const { durations } = combination;
  const weeks = records(durations.answer);
  return section({
    id: 'durations',
    lede: ledeOfChanges(combination, durationsLede(weeks, combination)),
    content: [
      weeks.length > 0 && distribution(weeks.slice(-SHOWN_WEEKS), combination),
      weeks.length > 0 &&
        h(
          'p',
          { class: 'key' },
          'Box: from the 25th percentile to the 75th, with the median as a line. Whiskers: the 5th and the 95th percentile. ' +
            'Diamond: the 90th percentile. Hollow: a week that is not whole.',
        ),
    ],
    restsOn: durations.restsOn,
    ...(weeks.length > 0 && {
      numbers: () => ({
        key: 'durations-by-week',
        caption: 'Hours from creation to completion, by week',
        noun: 'week',
        columns: [
          { name: 'week of', show: withKnownPart((week) => partOfWeek(week, combination)) },
          { name: 'jobs', isNumeric: true },
          ...PERCENTILES.map(([name]) => ({ name: `${name}, hours`, isNumeric: true })),
        ],
        rows: durations.answer.rows,
      }),
    }),
    statements: [durations],
  });
}

function distribution(weeks: readonly Week[], days: Shown): HTMLElement {
  const partOf = (week: Week) => partOfWeek(textOf(week, 'week'), days);
  const boxes = weeks.map((week) =>
    PERCENTILES.slice(1, 5)
      .map(([, name]) => numberOf(week, name))
      .concat(numberOf(week, 'p95_hours')),
  );
  const all = boxes.flat().filter((hours) => hours > 0);
  const isWide = all.length > 0 && Math.max(...all) / Math.min(...all) > 200;
  // A logarithmic axis has no 0: a minute is shown instead.
  const shown = (hours: number) => (isWide ? Math.max(hours, 1 / 60) : hours);
  const isPart = (i: number) => partOf(weeks[i] as Week) !== undefined;
  return chart({
    label: `Distribution of rollout durations over ${counted(weeks.length, 'week')}`,
    height: 280,
    pointCount: weeks.length,
    tip: (index) => {
      const week = weeks[index];
      if (!week) return undefined;
      const part = partOf(week);
      return {
        heading: `week of ${textOf(week, 'week')}${part ? `, ${part}` : ''}`,
        lines: [
          ['jobs completed', count(numberOf(week, 'jobs'))],
          ...PERCENTILES.map(([name, column]) => [name, duration(numberOf(week, column))] as const),
        ],
      };
    },
    option: (colours): EChartsOption => ({
      grid: { left: 4, right: 12, top: 14, bottom: 4, containLabel: true },
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
          data: boxes.map((box, i) => ({ value: box.map(shown), itemStyle: boxStyle(colours, isPart(i)) })),
          boxWidth: [4, 34],
        },
        {
          type: 'scatter',
          data: weeks.map((week, i) => ({
            value: shown(numberOf(week, 'p90_hours')),
            itemStyle: barStyle(colours.of('CANCELED'), colours, isPart(i)),
          })),
          symbol: 'diamond',
          symbolSize: 8,
        },
      ],
    }),
  });
}

function boxStyle(colours: Colours, isPart: boolean) {
  const colour = colours.of('COMPLETED');
  return {
    ...barStyle(colour, colours, isPart),
    borderColor: colour,
    borderWidth: 1.5,
    ...(!isPart && { color: translucent(colour) }),
  };
}

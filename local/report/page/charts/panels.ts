import type { EChartsOption } from 'echarts';
import { h } from '../base/dom.ts';
import { count, daysBetween, epochMs, minute, shortCount, words } from '../base/format.ts';
import { chart } from './chart.ts';

/** Small charts beside one another, each with its name and its newest number. */
export function panels(items: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'panels' }, ...items);
}

function panel(name: string, figure: string, ...content: readonly HTMLElement[]): HTMLElement {
  const caption = h(
    'figcaption',
    {},
    h('span', { class: 'panel-name' }, name),
    h('span', { class: 'panel-figure' }, figure),
  );
  return h('figure', { class: 'panel' }, caption, ...content);
}

export interface LinePanel {
  readonly name: string;
  /** Whose colour it has. */
  readonly colourOf: string;
  readonly at: readonly string[];
  readonly gapsAfter: ReadonlySet<number>;
  readonly values: readonly (number | null)[];
  /** Largest value of the axis, which then begins at 0; by default the panel has a scale of its own. */
  readonly max?: number;
}

const HEIGHT = 130;
const GRID = { left: 4, right: 12, top: 10, bottom: 2, containLabel: true };

/** A line over time that is interrupted where snapshots are missing or nothing is known. */
export function linePanel({ name, colourOf, at, gapsAfter, values, max }: LinePanel): HTMLElement {
  const known = values.filter((value) => value !== null);
  const newest = values.at(-1) ?? null;
  if (known.length === 0)
    return panel(
      name,
      '–',
      h('p', { class: 'nothing' }, 'The thing group does not exist, or it is not known whether it does.'),
    );
  const points = at.flatMap((time, i) => {
    const point = { value: [epochMs(time), values[i] ?? null] as [number, number | null], place: i };
    const next = at[i + 1];
    return gapsAfter.has(i) && next
      ? [point, { value: [(epochMs(time) + epochMs(next)) / 2, null] as [number, null], place: -1 }]
      : [point];
  });
  const isAlone = (i: number) => points[i - 1]?.value[1] == null && points[i + 1]?.value[1] == null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return panel(
    name,
    newest === null ? '–' : count(newest),
    chart({
      label: `${name}: ${newest === null ? 'not known' : count(newest)} at the newest snapshot, between ${count(least)} and ${count(most)}`,
      height: HEIGHT,
      pointCount: points.length,
      tip: (index) => {
        const point = points[index];
        if (!point || point.place < 0) return undefined;
        const value = point.value[1];
        return {
          heading: `${minute(at[point.place] ?? '')} UTC`,
          lines: [[name, value === null ? 'not known' : count(value)]],
        };
      },
      option: (colours, width): EChartsOption => {
        const colour = colours.of(colourOf);
        return {
          grid: GRID,
          tooltip: { trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: colours.muted } } },
          xAxis: {
            type: 'time',
            splitNumber: Math.max(2, Math.floor(width / 110)),
            axisLine: { lineStyle: { color: colours.line } },
            axisTick: { lineStyle: { color: colours.line } },
            axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true, formatter: timeLabel(at) },
          },
          yAxis: valueAxis(colours, max === undefined ? { scale: true } : { min: 0, max }),
          series: [
            {
              type: 'line',
              data: points.map(({ value }) => value),
              showSymbol: false,
              lineStyle: { color: colour, width: 1.8 },
              itemStyle: { color: colour },
            },
            {
              type: 'scatter',
              data: points.filter((point, i) => point.value[1] !== null && isAlone(i)).map(({ value }) => value),
              symbolSize: 7,
              itemStyle: { color: colour },
              tooltip: { show: false },
              silent: true,
            },
          ],
        };
      },
    }),
  );
}

/** Hours where the history is of days, days where it is of months, months where it is of years. */
export function timeLabel(at: readonly string[]): (value: number) => string {
  const days = (epochMs(at.at(-1) ?? '') - epochMs(at[0] ?? '')) / 86_400_000;
  return (value) => {
    const text = new Date(value).toISOString();
    if (days <= 2) return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
    return days <= 200 ? text.slice(5, 10) : text.slice(0, 7);
  };
}

export function valueAxis(colours: { muted: string; line: string }, range: object) {
  return {
    type: 'value' as const,
    minInterval: 1,
    splitNumber: 3,
    axisLabel: { color: colours.muted, fontSize: 11, formatter: (value: number) => shortCount(value) },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
    ...range,
  };
}

export interface BarPanel {
  readonly name: string;
  readonly colourOf: string;
  readonly from: string;
  readonly to: string;
  /** By day; a day that is not in it is not known. */
  readonly values: ReadonlyMap<string, number>;
  /** Days that are not known although they have snapshots. */
  readonly unknown: ReadonlySet<string>;
}

/** A bar per day. */
export function barPanel({ name, colourOf, from, to, values, unknown }: BarPanel): HTMLElement {
  const days = daysBetween(from, to);
  const sum = [...values.values()].reduce((a, b) => a + b, 0);
  return panel(
    name,
    values.size === 0 ? '–' : count(sum),
    chart({
      label: `${words(name)} per day: ${count(sum)} in all, ${count(Math.max(0, ...values.values()))} on one day at most`,
      height: HEIGHT,
      pointCount: days.length,
      tip: (index) => {
        const day = days[index];
        if (day === undefined) return undefined;
        const value = values.get(day);
        const nothing = unknown.has(day) ? 'not known: a snapshot was compared with none' : 'no snapshot';
        return { heading: day, lines: [[name, value === undefined ? nothing : count(value)]] };
      },
      option: (colours): EChartsOption => ({
        grid: GRID,
        tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
        xAxis: dayAxis(days, colours),
        yAxis: valueAxis(colours, {}),
        series: [
          {
            type: 'bar',
            data: days.map((day) => values.get(day) ?? null),
            itemStyle: { color: colours.of(colourOf) },
            barMaxWidth: 28,
            barCategoryGap: '20%',
          },
        ],
      }),
    }),
  );
}

export function dayAxis(days: readonly string[], colours: { muted: string; line: string }) {
  const isLong = days.length > 200;
  return {
    type: 'category' as const,
    data: [...days],
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: {
      color: colours.muted,
      fontSize: 11,
      hideOverlap: true,
      formatter: (day: string) => (isLong ? day.slice(0, 7) : day.slice(5)),
    },
  };
}

import type { EChartsOption } from 'echarts';
import { count, toWords } from '../base/format.ts';
import { dayAxis, scaledAxis } from './axes.ts';
import { barStyle } from './bars.ts';
import { chart } from './chart.ts';
import type { Crosshairs } from './crosshairs.ts';
import { PANEL_HEIGHT, panel } from './panels.ts';
import { PAPER_PANEL_WIDTH } from './paper.ts';
import type { Scale } from './scales.ts';

interface BarPanel {
  readonly name: string;
  readonly colourOf: string;
  readonly days: readonly string[];
  /** A number for each day; null: not known. */
  readonly values: readonly (number | null)[];
  /** Why a day has no number: `no snapshot`. */
  readonly missingText: (day: string) => string;
  readonly partOf: (day: string) => string | undefined;
  readonly scale: Scale;
  readonly room: number;
  readonly crosshairs: Crosshairs;
}

/** A bar per day. */
export function barPanel(props: BarPanel): HTMLElement {
  const { name, colourOf, days, values, missingText, partOf, scale, room, crosshairs } = props;
  const known = values.filter((value) => value !== null);
  const sum = known.reduce((a, b) => a + b, 0);
  return panel(name, known.length === 0 ? '–' : count(sum), ({ showFigure }) =>
    chart({
      label: `${toWords(name)} per day: ${count(sum)} in all, ${count(Math.max(0, ...known))} on one day at most`,
      height: PANEL_HEIGHT,
      paperWidth: PAPER_PANEL_WIDTH,
      pointCount: days.length,
      tip: (index) => {
        const day = days[index];
        if (day === undefined) return undefined;
        const [value, part] = [values[index] ?? null, partOf(day)];
        return {
          heading: part ? `${day}, ${part}` : day,
          lines: [[name, value === null ? missingText(day) : count(value)]],
        };
      },
      linked: {
        crosshairs,
        x: (index) => index,
        onPoint: (index) => {
          const value = index === undefined ? undefined : values[index];
          showFigure(index === undefined ? undefined : value == null ? '–' : count(value));
        },
      },
      option: (colours): EChartsOption => ({
        grid: { left: room, right: 16, top: 10, bottom: 22 },
        tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
        xAxis: dayAxis(days, colours),
        yAxis: scaledAxis(colours, scale),
        series: [
          {
            type: 'bar',
            data: days.map((day, i) => ({
              value: values[i] ?? '-',
              itemStyle: barStyle(colours.of(colourOf), colours, partOf(day) !== undefined),
            })),
            barMaxWidth: 28,
            barCategoryGap: '20%',
          },
        ],
      }),
    }),
  );
}

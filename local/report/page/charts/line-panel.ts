import type { EChartsOption } from 'echarts';
import type { CountSeries } from '../../model.ts';
import { count, minute } from '../base/format.ts';
import type { Colours } from '../base/theme.ts';
import { scaledAxis, timeAxis } from './axes.ts';
import { barStyle } from './bars.ts';
import { chart, type Tip } from './chart.ts';
import type { Crosshairs } from './crosshairs.ts';
import { PANEL_HEIGHT, panel } from './panels.ts';
import { PAPER_PANEL_WIDTH } from './paper.ts';
import { bandHeights, bandPoints, isolated, type Point, pointsOf, valuesAt } from './points.ts';
import { labelRoom, type Scale } from './scales.ts';

interface LinePanel {
  readonly name: string;
  /** Status or move that has the colour. */
  readonly colourOf: string;
  readonly at: readonly string[];
  readonly gapsAfter: ReadonlySet<number>;
  readonly values: readonly (number | null)[];
  /** Whether there is one value per day, that of its last snapshot; also with a band. */
  readonly isByDay?: boolean;
  /** By day: over all snapshots of a day; the line is then the median. */
  readonly band?: CountSeries['band'];
  readonly scale: Scale;
  /** Width of the axis labels in pixels, the same for all panels of a section. */
  readonly room?: number;
  readonly crosshairs?: Crosshairs;
  /** `until 12:00 UTC` for a day that is known in part. */
  readonly partOf: (day: string) => string | undefined;
  /** Text if there is no number. */
  readonly missingText?: string;
  /** @default {@link PANEL_HEIGHT} */
  readonly height?: number;
  readonly paperWidth?: number;
}

/** A line over time, interrupted at missing snapshots and unknown values; at least one value must be known. */
export function linePanel(props: LinePanel): HTMLElement {
  const { name, at, values, band, crosshairs, height = PANEL_HEIGHT, paperWidth = PAPER_PANEL_WIDTH } = props;
  // A day is drawn at its beginning, whenever its last snapshot was.
  const times = band ? at.map((time) => `${dayOf(time)} 00:00:00`) : at;
  const points = pointsOf(times, props.gapsAfter);
  const known = values.filter((value) => value !== null);
  const newest = values.at(-1) ?? null;
  const range = `between ${count(lowest(band?.least ?? known))} and ${count(highest(band?.most ?? known))}`;
  return panel(name, figureText(newest), ({ showFigure }) =>
    chart({
      label: `${name}: ${newest === null ? 'not known' : count(newest)} at the newest snapshot, ${range}`,
      height,
      paperWidth,
      pointCount: points.length,
      tip: (index) => tipOf(props, points[index]),
      ...(crosshairs && {
        linked: {
          crosshairs,
          x: (index) => points[index]?.atMs ?? 0,
          onPoint: (index) => {
            const place = index === undefined ? -1 : (points[index]?.place ?? -1);
            showFigure(place < 0 ? undefined : figureText((band?.median ?? values)[place] ?? null));
          },
        },
      }),
      option: (colours, width): EChartsOption => ({
        grid: { left: props.room ?? labelRoom([props.scale]), right: 16, top: 10, bottom: 22 },
        tooltip: { trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: colours.muted } } },
        xAxis: timeAxis(colours, times, width),
        yAxis: scaledAxis(colours, props.scale),
        series: seriesOf(props, points, colours),
      }),
    }),
  );
}

function seriesOf({ colourOf, at, values, band, partOf }: LinePanel, points: readonly Point[], colours: Colours) {
  const colour = colours.of(colourOf);
  const shown = valuesAt(points, band?.median ?? values);
  const data = (of: readonly (number | null)[]) => points.map(({ atMs }, i) => [atMs, of[i] ?? null]);
  const isPart = (i: number) => band !== undefined && partOf(dayOf(at[points[i]?.place ?? -1])) !== undefined;
  const marked = new Set([...isolated(shown), ...points.flatMap((_, i) => (shown[i] != null && isPart(i) ? [i] : []))]);
  const line = {
    type: 'line' as const,
    data: data(shown),
    showSymbol: false,
    lineStyle: { color: colour, width: 1.8 },
    itemStyle: { color: colour },
    z: 3,
  };
  const marks = {
    type: 'scatter' as const,
    data: [...marked].map((i) => ({
      value: [points[i]?.atMs ?? 0, shown[i] ?? 0],
      itemStyle: { ...barStyle(colour, colours, isPart(i)), opacity: 1 },
    })),
    symbolSize: 7,
    tooltip: { show: false },
    silent: true,
    z: 4,
  };
  if (!band) return [line, marks];
  // The library has no band: an area is stacked on an invisible line.
  const edge = {
    type: 'line' as const,
    stack: 'band',
    stackStrategy: 'all' as const,
    showSymbol: false,
    silent: true,
    tooltip: { show: false },
    lineStyle: { opacity: 0 },
    z: 2,
  };
  const wide = bandPoints(points, shown);
  const least = valuesAt(wide, band.least);
  const area = (of: readonly (number | null)[]) => wide.map(({ atMs }, i) => [atMs, of[i] ?? null]);
  return [
    line,
    marks,
    { ...edge, name: 'least', data: area(least) },
    {
      ...edge,
      name: 'band',
      data: area(bandHeights(least, valuesAt(wide, band.most))),
      areaStyle: { color: colour, opacity: 0.22 },
    },
  ];
}

function tipOf(
  { name, at, values, isByDay, band, partOf, missingText }: LinePanel,
  point: Point | undefined,
): Tip | undefined {
  const time = at[point?.place ?? -1];
  if (!point || time === undefined) return undefined;
  const shown = (value: number | null | undefined) => (value == null ? (missingText ?? 'not known') : count(value));
  const value = values[point.place];
  if (!band) return { heading: isByDay ? dayOf(time) : `${minute(time)} UTC`, lines: [[name, shown(value)]] };
  const day = dayOf(time);
  const part = partOf(day);
  const [least, median, most] = [band.least, band.median, band.most].map((of) => shown(of[point.place]));
  return {
    heading: part ? `${day}, ${part}` : day,
    lines: [
      ['least', least ?? ''],
      ['median', median ?? ''],
      ['most', most ?? ''],
      [`at ${time.slice(11, 16)} UTC`, shown(value)],
    ],
  };
}

function dayOf(time: string | undefined): string {
  return (time ?? '').slice(0, 10);
}

function figureText(value: number | null): string {
  return value === null ? '–' : count(value);
}

/** Not Math.min(...values): a call has a limit of some ten thousand arguments. */
function lowest(values: readonly (number | null)[]): number {
  return values.reduce<number>((least, value) => Math.min(least, value ?? least), Number.POSITIVE_INFINITY);
}

function highest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? most), 0);
}

import type { EChartsOption } from 'echarts';
import { BarChart, BoxplotChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import {
  CalendarComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { h } from '../base/dom.ts';
import { type Colours, coloursNow, isForPrint, onThemeChange } from '../base/theme.ts';
import type { Crosshairs } from './crosshairs.ts';
import { PAPER_WIDTH } from './paper.ts';

echarts.use([
  BarChart,
  BoxplotChart,
  CalendarComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  SankeyChart,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

/** As in the style sheet. The library writes the shorthand `font` for some labels, where `inherit` is not valid. */
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Content for hovering and for the arrow keys: a heading, and lines of a name and a number. */
export interface Tip {
  readonly heading: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

interface ChartSpec {
  /** Description for screen readers. */
  readonly label: string;
  readonly height: number | ((width: number) => number);
  readonly option: (colours: Colours, width: number) => EChartsOption;
  /** Number of points of the first series, which the arrow keys go through. */
  readonly pointCount: number;
  readonly tip: (dataIndex: number, kind: 'node' | 'edge' | undefined) => Tip | undefined;
  /** Width for printing. @default {@link PAPER_WIDTH} */
  readonly paperWidth?: number;
  readonly linked?: Linked;
}

/** Links the crosshair of a chart to those of others with the same points. */
interface Linked {
  readonly crosshairs: Crosshairs;
  /** Value of a point on the x axis. */
  readonly x: (dataIndex: number) => number;
  /** Called with the point of the crosshair, also of another chart's. */
  readonly onPoint: (dataIndex: number | undefined) => void;
}

interface HoverParams {
  readonly seriesIndex?: number;
  readonly dataIndex: number;
  readonly dataType?: string;
}

/** A chart with tooltips, keyboard reading, and the colours of the theme. */
export function chart(spec: ChartSpec): HTMLElement {
  const canvas = h('div', { class: 'canvas' });
  const announcement = h('div', { class: 'visually-hidden', role: 'status' });
  const frame = h(
    'div',
    {
      class: 'chart',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'chart',
      'aria-label': `${spec.label}. Left and right arrow keys read its numbers.`,
    },
    canvas,
    announcement,
  );
  const heightAt = (width: number) => (typeof spec.height === 'number' ? spec.height : spec.height(width));
  let instance: echarts.ECharts | undefined;
  let drawnWidth = 0;
  const link = spec.linked && linkCrosshair(spec.linked, canvas, () => instance);

  function draw(): void {
    if (canvas.clientWidth === 0) return;
    const width = isForPrint() ? (spec.paperWidth ?? PAPER_WIDTH) : canvas.clientWidth;
    const height = heightAt(width);
    canvas.style.height = `${height}px`;
    if (!instance) {
      instance = echarts.init(canvas, null, { renderer: 'svg', width, height });
      link?.listen(instance);
    } else if (width !== drawnWidth) {
      instance.resize({ width, height });
      // The pointer is at another point now, and for printing there is none.
      instance.dispatchAction({ type: 'hideTip' });
      link?.moveOthers(undefined);
    }
    drawnWidth = width;
    instance.setOption(withDefaults(spec, coloursNow(), width), { notMerge: true });
    // Lets the SVG scale to the paper.
    canvas.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${height}`);
  }
  new ResizeObserver(() => {
    if (!canvas.isConnected) {
      instance?.dispose();
      instance = undefined;
      // So that it is redrawn when it is inserted again, as with a table row of another page.
      drawnWidth = 0;
    } else if (!isForPrint() && canvas.clientWidth !== drawnWidth) draw();
  }).observe(canvas);
  onThemeChange(draw);
  addKeyboardReading(frame, announcement, spec, (dataIndex) => {
    instance?.dispatchAction({ type: dataIndex === undefined ? 'hideTip' : 'showTip', seriesIndex: 0, dataIndex });
    if (dataIndex === undefined) instance?.dispatchAction({ type: 'downplay', seriesIndex: 0 });
    link?.moveOthers(dataIndex);
  });
  return frame;
}

/** Shows a line at the crosshair of other charts, and reports this chart's crosshair to them. */
function linkCrosshair(
  { crosshairs, x, onPoint }: Linked,
  canvas: HTMLElement,
  instance: () => echarts.ECharts | undefined,
) {
  const line = h('div', { class: 'crosshair' });
  line.hidden = true;
  canvas.append(line);
  const me = {
    follow(dataIndex: number | undefined) {
      const left = dataIndex === undefined ? undefined : instance()?.convertToPixel({ xAxisIndex: 0 }, x(dataIndex));
      line.hidden = left === undefined;
      if (left !== undefined) line.style.left = `${left}px`;
      onPoint(dataIndex);
    },
  };
  crosshairs.join(me);
  const moveOthers = (dataIndex: number | undefined) => {
    line.hidden = true;
    onPoint(dataIndex);
    crosshairs.move(me, dataIndex);
  };
  return {
    moveOthers,
    listen(chart: echarts.ECharts) {
      // The library clears its container when it is initialized.
      canvas.append(line);
      chart.on('updateAxisPointer', (event) => moveOthers((event as { dataIndex?: number }).dataIndex));
      chart.getZr().on('globalout', () => moveOthers(undefined));
    },
  };
}

function withDefaults(spec: ChartSpec, colours: Colours, width: number): EChartsOption {
  const { tooltip, ...option } = spec.option(colours, width);
  return {
    useUTC: true,
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, color: colours.text },
    ...option,
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13 },
      ...(tooltip as object),
      formatter: (params) => {
        const all = (Array.isArray(params) ? params : [params]) as HoverParams[];
        const one = all.find(({ seriesIndex }) => seriesIndex === 0) ?? all[0];
        const tip = one && spec.tip(one.dataIndex, kindOf(one.dataType));
        return tip ? tipElement(tip) : '';
      },
    },
  };
}

/** The colour with an opacity of 30 %. */
export function translucent(colour: string): string {
  return echarts.color.modifyAlpha(colour, 0.3) ?? colour;
}

function kindOf(dataType: string | undefined): 'node' | 'edge' | undefined {
  return dataType === 'node' || dataType === 'edge' ? dataType : undefined;
}

/** An element, not markup: names of groups and jobs may contain anything. */
function tipElement({ heading, lines }: Tip): HTMLElement {
  const rows = lines.map(([name, value]) => h('div', { class: 'tip-line' }, h('span', {}, name), h('b', {}, value)));
  return h('div', { class: 'tip' }, h('div', { class: 'tip-heading' }, heading), ...rows);
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

function addKeyboardReading(
  frame: HTMLElement,
  announcement: HTMLElement,
  { pointCount, tip }: ChartSpec,
  show: (dataIndex: number | undefined) => void,
): void {
  let at = -1;
  const go = (to: number, direction: number) => {
    let next = Math.min(Math.max(to, 0), pointCount - 1);
    while (next > 0 && next < pointCount - 1 && !tip(next, undefined)) next += direction;
    const found = tip(next, undefined);
    if (!found) return;
    at = next;
    announcement.textContent = `${found.heading}: ${found.lines.map((line) => line.join(' ')).join(', ')}`;
    show(at);
  };
  frame.addEventListener('keydown', (event) => {
    // Keeps the browser's shortcuts: Alt and an arrow is Back, Ctrl and Home the top of the page.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (event.key === 'Escape') show(undefined);
    else if (event.key === 'Home') go(0, 1);
    else if (event.key === 'End') go(pointCount - 1, -1);
    else if (step) go(at < 0 && step < 0 ? pointCount - 1 : at + step, Math.sign(step));
    else return;
    event.preventDefault();
  });
  frame.addEventListener('blur', () => show(undefined));
}

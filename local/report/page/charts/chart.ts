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
import { type Colours, coloursNow, isOnPaper, onThemeChange } from '../base/theme.ts';
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

/** That of the style sheet: `inherit` is no name in the shorthand that the library writes for some labels. */
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** What hovering and the arrow keys tell: a heading and lines of a name and a number. */
export interface Tip {
  readonly heading: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

interface ChartSpec {
  /** What a screen reader says of it. */
  readonly label: string;
  readonly height: number | ((width: number) => number);
  readonly option: (colours: Colours, width: number) => EChartsOption;
  /** Data that the arrow keys go through, by their index in the first series. */
  readonly pointCount: number;
  readonly tip: (dataIndex: number, kind: 'node' | 'edge' | undefined) => Tip | undefined;
  /** Width for which it is drawn on paper. @default {@link PAPER_WIDTH} */
  readonly paperWidth?: number;
  readonly together?: Together;
}

/** A chart whose crosshair moves with those of others that have the same points. */
interface Together {
  readonly crosshairs: Crosshairs;
  /** Value of a point on the axis from left to right. */
  readonly x: (dataIndex: number) => number;
  /** Called with the point that a crosshair is at, be it that of another chart. */
  readonly onPoint: (dataIndex: number | undefined) => void;
}

interface HoverParams {
  readonly seriesIndex?: number;
  readonly dataIndex: number;
  readonly dataType?: string;
}

/** A chart with its hovering, its keys, and colours that follow the theme. */
export function chart(spec: ChartSpec): HTMLElement {
  const canvas = h('div', { class: 'canvas' });
  const said = h('div', { class: 'visually-hidden', role: 'status' });
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
    said,
  );
  const heightAt = (width: number) => (typeof spec.height === 'number' ? spec.height : spec.height(width));
  let drawn: echarts.ECharts | undefined;
  let drawnWidth = 0;
  const follows = spec.together && followsOthers(spec.together, canvas, () => drawn);

  function draw(): void {
    if (canvas.clientWidth === 0) return;
    const width = isOnPaper() ? (spec.paperWidth ?? PAPER_WIDTH) : canvas.clientWidth;
    const height = heightAt(width);
    canvas.style.height = `${height}px`;
    if (!drawn) {
      drawn = echarts.init(canvas, null, { renderer: 'svg', width, height });
      follows?.listen(drawn);
    } else if (width !== drawnWidth) {
      drawn.resize({ width, height });
      // Where the pointer was is another place now, and on paper there is none.
      drawn.dispatchAction({ type: 'hideTip' });
      follows?.moveOthers(undefined);
    }
    drawnWidth = width;
    drawn.setOption(withCommons(spec, coloursNow(), width), { notMerge: true });
    // It scales to the paper that there is.
    canvas.querySelector('svg')?.setAttribute('viewBox', `0 0 ${width} ${height}`);
  }
  new ResizeObserver(() => {
    if (!canvas.isConnected) {
      drawn?.dispose();
      drawn = undefined;
      // It is drawn anew where it comes back, as with a row of a table that turns its page.
      drawnWidth = 0;
    } else if (!isOnPaper() && canvas.clientWidth !== drawnWidth) draw();
  }).observe(canvas);
  onThemeChange(draw);
  readByKeys(frame, said, spec, (dataIndex) => {
    drawn?.dispatchAction({ type: dataIndex === undefined ? 'hideTip' : 'showTip', seriesIndex: 0, dataIndex });
    if (dataIndex === undefined) drawn?.dispatchAction({ type: 'downplay', seriesIndex: 0 });
    follows?.moveOthers(dataIndex);
  });
  return frame;
}

/** Lets a chart show a line where the crosshair of another one is, and tell the others where its own is. */
function followsOthers(
  { crosshairs, x, onPoint }: Together,
  canvas: HTMLElement,
  drawn: () => echarts.ECharts | undefined,
) {
  const line = h('div', { class: 'crosshair' });
  line.hidden = true;
  canvas.append(line);
  const me = {
    follow(dataIndex: number | undefined) {
      const left = dataIndex === undefined ? undefined : drawn()?.convertToPixel({ xAxisIndex: 0 }, x(dataIndex));
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
      // The library clears what it is initialized in.
      canvas.append(line);
      chart.on('updateAxisPointer', (event) => moveOthers((event as { dataIndex?: number }).dataIndex));
      chart.getZr().on('globalout', () => moveOthers(undefined));
    },
  };
}

function withCommons(spec: ChartSpec, colours: Colours, width: number): EChartsOption {
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

/** A colour that what lies upon it is seen through. */
export function faint(colour: string): string {
  return echarts.color.modifyAlpha(colour, 0.3) ?? colour;
}

function kindOf(dataType: string | undefined): 'node' | 'edge' | undefined {
  return dataType === 'node' || dataType === 'edge' ? dataType : undefined;
}

/** An element, not markup: names are whatever people called their groups and jobs. */
function tipElement({ heading, lines }: Tip): HTMLElement {
  const rows = lines.map(([name, value]) => h('div', { class: 'tip-line' }, h('span', {}, name), h('b', {}, value)));
  return h('div', { class: 'tip' }, h('div', { class: 'tip-heading' }, heading), ...rows);
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

function readByKeys(
  frame: HTMLElement,
  said: HTMLElement,
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
    said.textContent = `${found.heading}: ${found.lines.map((line) => line.join(' ')).join(', ')}`;
    show(at);
  };
  frame.addEventListener('keydown', (event) => {
    // Alt and an arrow is the browser's Back, Ctrl and Home the top of the page.
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

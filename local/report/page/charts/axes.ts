import { epochMs, shortCount } from '../base/format.ts';
import type { Scale } from './scales.ts';
import { timeLabel, timeTicks } from './time-ticks.ts';

interface AxisColours {
  readonly muted: string;
  readonly line: string;
}

export function valueAxis(colours: AxisColours, range: object) {
  return {
    type: 'value' as const,
    minInterval: 1,
    splitNumber: 3,
    axisLabel: { color: colours.muted, fontSize: 11, formatter: (value: number) => shortCount(value) },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
    ...range,
  };
}

/** The axis of a scale that is computed for several panels. */
export function scaledAxis(colours: AxisColours, scale: Scale) {
  return valueAxis(colours, { ...scale });
}

export function timeAxis(colours: AxisColours, at: readonly string[], width: number) {
  const [from, to] = [epochMs(at[0] ?? ''), epochMs(at.at(-1) ?? '')];
  const label = timeLabel(at);
  const room = label(to).length > 5 ? 84 : 58;
  const customValues = [...timeTicks(from, to, Math.max(2, Math.floor(width / room)))];
  return {
    type: 'time' as const,
    min: from,
    max: to,
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { lineStyle: { color: colours.line }, customValues },
    axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true, formatter: label, customValues },
  };
}

export function dayAxis(days: readonly string[], colours: AxisColours) {
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

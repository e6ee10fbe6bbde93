import { svg } from '../base/dom.ts';

/** In the units of the drawing, which is as wide as its place. */
const [WIDTH, HEIGHT, MARGIN] = [120, 28, 2];

interface Sparkline {
  /** Null where it is not known: the line has a gap there. */
  readonly values: readonly (number | null)[];
  /** Of each value, in ascending order; by default they are at even distances. */
  readonly at?: readonly number[];
  /** Places after which something is missing, where the line is interrupted too. */
  readonly gapsAfter?: ReadonlySet<number>;
}

/** A small line over time, from zero up. It is hidden from screen readers: what it shows is to be said beside it. */
export function sparkline({ values, at = [...values.keys()], gapsAfter = new Set() }: Sparkline): SVGElement {
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 0];
  const most = values.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  const place = (value: number, i: number) => {
    const x = last > first ? (((at[i] ?? first) - first) / (last - first)) * (WIDTH - 2 * MARGIN) : WIDTH / 2;
    const y = most > 0 ? (value / most) * (HEIGHT - 2 * MARGIN) : 0;
    return `${(x + MARGIN).toFixed(1)} ${(HEIGHT - MARGIN - y).toFixed(1)}`;
  };
  let line = '';
  let isOpen = false;
  for (const [i, value] of values.entries()) {
    // A line to where it is already is a dot: a value between two gaps is to be seen.
    if (value !== null) line += isOpen ? `L${place(value, i)}` : `M${place(value, i)}h0`;
    isOpen = value !== null && !gapsAfter.has(i);
  }
  return svg(
    'svg',
    { class: 'sparkline', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { class: 'sparkline-base', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
    svg('path', { class: 'sparkline-line', d: line }),
  );
}

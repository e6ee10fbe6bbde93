import { svg } from '../base/dom.ts';

/** In units of the drawing, which scales to its container. */
const [WIDTH, HEIGHT, MARGIN] = [120, 28, 2];

interface Sparkline {
  /** Null, not known, interrupts the line. */
  readonly values: readonly (number | null)[];
  /** Time of each value, ascending; by default at equal distances. */
  readonly at?: readonly number[];
  /** Indexes after which snapshots are missing, which interrupts the line, too. */
  readonly gapsAfter?: ReadonlySet<number>;
}

/** A small line over time, from zero up. Hidden from screen readers, so it needs a text beside it. */
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
    // A line of length 0 is a dot, so that a value between two gaps is visible.
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

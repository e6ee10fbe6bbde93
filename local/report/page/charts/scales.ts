import { shortCount } from '../base/format.ts';

/** An axis of whole numbers with labels at its ends and in between. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** Choice of the scale of panels side by side. */
export interface ScaleChoice {
  /** One scale for all panels; else each has its own. */
  readonly isShared: boolean;
  /** From zero also if the range is narrow, as between 9,000 and 9,100. */
  readonly isFromZero: boolean;
}

const SPLITS = 3;
/** A range is narrow if it is less than this share of the largest number. */
const NARROW = 0.5;

/** A scale for numbers. A range that is not narrow always begins at zero. */
export function scaleOf(values: readonly (number | null)[], isFromZero: boolean): Scale {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  // Without numbers least is above most.
  const isNarrow = least <= most && most - least < most * NARROW;
  const from = isFromZero || !isNarrow ? 0 : least;
  const interval = niceStep(Math.max(most - from, 1) / SPLITS);
  const min = Math.floor(from / interval) * interval;
  const max = Math.max(Math.ceil(most / interval) * interval, min + interval);
  return { min, max, interval };
}

/** The scales of several panels. */
export function scalesOf(
  panels: readonly (readonly (number | null)[])[],
  { isShared, isFromZero }: ScaleChoice,
): readonly Scale[] {
  if (!isShared) return panels.map((values) => scaleOf(values, isFromZero));
  const shared = scaleOf(panels.flat(), isFromZero);
  return panels.map(() => shared);
}

/** Rounds up to 1, 2 or 5 times a power of ten. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= step * 0.999) ?? 10;
  return Math.max(1, nice * power);
}

const CHARACTER_WIDTH = 6.6;

/** Width in pixels of the labels of all these scales: with the same width, plots can be compared. */
export function labelRoom(scales: readonly Scale[]): number {
  const characters = scales.flatMap(({ min, max, interval }) =>
    [min, min + interval, max - interval, max].map((value) => shortCount(value).length),
  );
  return Math.ceil(Math.max(1, ...characters) * CHARACTER_WIDTH) + 12;
}

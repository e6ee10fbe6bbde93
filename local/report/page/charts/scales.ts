import { shortCount } from '../base/format.ts';

/** An axis of whole numbers, whose labels are at its ends and between. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** How panels beside one another are scaled. */
export interface ScaleChoice {
  /** One scale for all; else each has its own. */
  readonly isShared: boolean;
  /** From zero also where the range is narrow, as between 9,000 and 9,100. */
  readonly isFromZero: boolean;
}

const SPLITS = 3;
/** Share of the largest number, below which a range is narrow. */
const NARROW = 0.5;

/** A scale for numbers. What is not narrow begins at zero, whatever is chosen. */
export function scaleOf(values: readonly (number | null)[], isFromZero: boolean): Scale {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  // Without a number this is no range.
  const isNarrow = least <= most && most - least < most * NARROW;
  const from = isFromZero || !isNarrow ? 0 : least;
  const interval = niceStep(Math.max(most - from, 1) / SPLITS);
  const min = Math.floor(from / interval) * interval;
  const max = Math.max(Math.ceil(most / interval) * interval, min + interval);
  return { min, max, interval };
}

/** The scale of each of some panels. */
export function scalesOf(
  panels: readonly (readonly (number | null)[])[],
  { isShared, isFromZero }: ScaleChoice,
): readonly Scale[] {
  if (!isShared) return panels.map((values) => scaleOf(values, isFromZero));
  const shared = scaleOf(panels.flat(), isFromZero);
  return panels.map(() => shared);
}

/** 1, 2 or 5, or one of these with noughts: the next that is not less. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= step * 0.999) ?? 10;
  return Math.max(1, nice * power);
}

const CHARACTER_WIDTH = 6.6;

/** Pixels that the labels of all these scales need: with the same room on the left, plots can be compared. */
export function labelRoom(scales: readonly Scale[]): number {
  const characters = scales.flatMap(({ min, max, interval }) =>
    [min, min + interval, max - interval, max].map((value) => shortCount(value).length),
  );
  return Math.ceil(Math.max(1, ...characters) * CHARACTER_WIDTH) + 12;
}

import { epochMs } from '../base/format.ts';

/** A point of a line. */
export interface Point {
  readonly atMs: number;
  /** Index in the times; -1 in a gap, which interrupts the line. */
  readonly place: number;
}

/** A point for each time, with one more in each gap. */
export function pointsOf(at: readonly string[], gapsAfter: ReadonlySet<number>): readonly Point[] {
  return at.flatMap((time, place) => {
    const point = { atMs: epochMs(time), place };
    const next = at[place + 1];
    return gapsAfter.has(place) && next !== undefined
      ? [point, { atMs: (point.atMs + epochMs(next)) / 2, place: -1 }]
      : [point];
  });
}

/** The values of a line at its points. */
export function valuesAt(points: readonly Point[], values: readonly (number | null)[]): (number | null)[] {
  return points.map(({ place }) => values[place] ?? null);
}

/** Indexes of values without a known neighbour: no line is drawn to them. */
export function isolated(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, i) =>
    value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : [],
  );
}

const DAY_MS = 86_400_000;

/** The points of an area by day. A day without a neighbour has two, half a day apart: an area of one point is invisible. */
export function bandPoints(points: readonly Point[], values: readonly (number | null)[]): Point[] {
  const lone = new Set(isolated(values));
  return points.flatMap((point, i) =>
    lone.has(i) ? [-1, 1].map((side) => ({ ...point, atMs: point.atMs + (side * DAY_MS) / 4 })) : [point],
  );
}

/** Differences between most and least, for an area that is stacked on the least. */
export function bandHeights(least: readonly (number | null)[], most: readonly (number | null)[]): (number | null)[] {
  return least.map((from, i) => {
    const to = most[i] ?? null;
    return from === null || to === null ? null : to - from;
  });
}

import { epochMs } from '../base/format.ts';

/** A point of a line. */
export interface Point {
  readonly atMs: number;
  /** Place in the times; -1 where snapshots are missing, which interrupts the line. */
  readonly place: number;
}

/** The points of times, with one more in each gap. */
export function pointsOf(at: readonly string[], gapsAfter: ReadonlySet<number>): readonly Point[] {
  return at.flatMap((time, place) => {
    const point = { atMs: epochMs(time), place };
    const next = at[place + 1];
    return gapsAfter.has(place) && next !== undefined
      ? [point, { atMs: (point.atMs + epochMs(next)) / 2, place: -1 }]
      : [point];
  });
}

/** The numbers of a line at its points. */
export function valuesAt(points: readonly Point[], values: readonly (number | null)[]): (number | null)[] {
  return points.map(({ place }) => values[place] ?? null);
}

/** Places of points that have a number and no neighbour with one: no line is drawn to them. */
export function alone(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, i) =>
    value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : [],
  );
}

const DAY_MS = 86_400_000;

/** The points of an area by day. A day without a neighbour has two, half a day apart: an area of one point is not to be seen. */
export function bandPoints(points: readonly Point[], values: readonly (number | null)[]): Point[] {
  const lone = new Set(alone(values));
  return points.flatMap((point, i) =>
    lone.has(i) ? [-1, 1].map((side) => ({ ...point, atMs: point.atMs + (side * DAY_MS) / 4 })) : [point],
  );
}

/** How far the most is above the least, for an area that is drawn upon the least. */
export function heightsOf(least: readonly (number | null)[], most: readonly (number | null)[]): (number | null)[] {
  return least.map((from, i) => {
    const to = most[i] ?? null;
    return from === null || to === null ? null : to - from;
  });
}

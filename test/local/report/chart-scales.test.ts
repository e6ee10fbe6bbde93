import { bandHeights, bandPoints, isolated, pointsOf, valuesAt } from '../../../local/report/page/charts/points.ts';
import { labelRoom, scaleOf, scalesOf } from '../../../local/report/page/charts/scales.ts';
import { timeLabel, timeTicks } from '../../../local/report/page/charts/time-ticks.ts';

describe('scales of panels', () => {
  it('begin at zero where the range is wide, and where it is chosen', () => {
    expect(scaleOf([3, 40, null], false)).toEqual({ min: 0, max: 40, interval: 20 });
    expect(scaleOf([9_010, 9_100], false)).toEqual({ min: 9_000, max: 9_100, interval: 50 });
    expect(scaleOf([9_010, 9_100], true)).toEqual({ min: 0, max: 10_000, interval: 5_000 });
  });

  it('reach all numbers, by whole steps, also of one number, of zero and of none', () => {
    for (const values of [[0], [1], [7], [7, 7], [], [null], [123_456_789, 123_456_790]]) {
      const { min, max, interval } = scaleOf(values, false);
      expect(Number.isInteger(interval)).toBe(true);
      expect((max - min) % interval).toBe(0);
      expect(max).toBeGreaterThan(min);
      for (const value of values) {
        if (value === null) continue;
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
      }
    }
  });

  it('are one for all where it is chosen', () => {
    const panels = [
      [1, 2],
      [300, 310],
    ];
    const each = scalesOf(panels, { isShared: false, isFromZero: false });
    expect(each[0]).not.toEqual(each[1]);
    const [first, second] = scalesOf(panels, { isShared: true, isFromZero: false });
    expect(first).toEqual({ min: 0, max: 400, interval: 200 });
    expect(second).toEqual(first);
  });

  it('give labels the room of the longest', () => {
    expect(labelRoom([scaleOf([5], true), scaleOf([90_000], true)])).toBe(labelRoom([scaleOf([90_000], true)]));
    expect(labelRoom([scaleOf([90_000], true)])).toBeGreaterThan(labelRoom([scaleOf([5], true)]));
  });
});

describe('points of a line', () => {
  const at = ['2026-11-20 10:00:00', '2026-11-20 11:00:00', '2026-11-20 14:00:00'];

  it('are interrupted by one more where snapshots are missing', () => {
    const points = pointsOf(at, new Set([1]));
    expect(points.map(({ place }) => place)).toEqual([0, 1, -1, 2]);
    expect(new Date(points[2]?.atMs ?? 0).toISOString()).toBe('2026-11-20T12:30:00.000Z');
    expect(valuesAt(points, [5, null, 7])).toEqual([5, null, null, 7]);
  });

  it('stand alone where neither neighbour has a number', () => {
    expect(isolated([5, null, 7, 8, null, 0])).toEqual([0, 5]);
    expect(isolated([])).toEqual([]);
  });

  it('have a band that is as high as the most is above the least, and is nowhere where one is not known', () => {
    expect(bandHeights([1, 2, null, 0], [4, 2, 5, null])).toEqual([3, 0, null, null]);
  });
});

describe('times below a chart', () => {
  const ms = (time: string) => Date.parse(`${time}Z`);

  it('are at even distances, at midnight where they are days, and no more than there is room for', () => {
    const days = timeTicks(ms('2026-10-30T06:00'), ms('2026-11-26T18:00'), 5);
    expect(days.map((at) => new Date(at).toISOString().slice(5, 16))).toEqual([
      '11-05T00:00',
      '11-12T00:00',
      '11-19T00:00',
      '11-26T00:00',
    ]);
    const hours = timeTicks(ms('2026-11-20T13:00'), ms('2026-11-20T18:00'), 3);
    expect(hours.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(['15:00', '18:00']);
    for (const span of [0, 1, 30, 400, 4_000, 20_000]) {
      expect(timeTicks(ms('2026-11-20T13:00'), ms('2026-11-20T13:00') + span * 86_400_000, 4).length).toBeLessThan(26);
    }
    expect(timeTicks(ms('2026-11-20T13:20'), ms('2026-11-20T13:20'), 4)).toEqual([ms('2026-11-20T13:20')]);
  });

  it('say hours, days, or days with their year, as far as the history goes', () => {
    const label = (from: string, to: string) => timeLabel([`${from}:00`, `${to}:00`])(ms(`${to.replace(' ', 'T')}`));
    expect(label('2026-11-20 10:00', '2026-11-21 09:00')).toBe('09:00');
    expect(label('2026-11-20 10:00', '2026-11-29 09:00')).toBe('11-29');
    expect(label('2025-11-20 10:00', '2026-11-29 09:00')).toBe('2026-11-29');
  });
});

test('the band of a day without a neighbour is half a day wide, and no other', () => {
  const day = Date.parse('2026-11-20');
  const points = [0, 1, 2, 3].map((place) => ({ atMs: day + place * 86_400_000, place }));
  const hours = (values: (number | null)[]) => bandPoints(points, values).map(({ atMs }) => (atMs - day) / 3_600_000);
  expect(hours([5, null, 4, 4])).toEqual([-6, 6, 24, 48, 72]);
  expect(hours([5, 4, null, 4])).toEqual([0, 24, 48, 66, 78]);
});

import fc from 'fast-check';
import { NameColumn, RunLengthColumn, TimeColumn } from '../../../lambda/core/job-columns.ts';

const TIMES = { min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') };
const NOW = Date.parse('2026-11-23T18:00:00Z');
const YEAR = 365.25 * 86_400_000;

it('keeps every time, near and far, and none', () => {
  const near = fc.integer({ min: NOW - 2 * YEAR, max: NOW + YEAR });
  const edge = fc
    .tuple(
      fc.constantFrom(0, 17.28, -17.28, 34.56).map((years) => NOW + Math.round(years * YEAR)),
      fc.integer({ min: -2e7, max: 2e7 }),
    )
    .map(([at, more]) => at + more);
  const time = fc.oneof(
    near,
    near,
    edge,
    fc.integer(TIMES),
    fc.constantFrom(-1, 0, TIMES.min, TIMES.max),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(fc.array(time, { maxLength: 100 }), (times) => {
      const column = new TimeColumn();
      for (const [place, at] of times.entries()) column.set(place, at);
      expect(times.map((_, place) => column.at(place))).toEqual(times);
    }),
    { numRuns: 1000 },
  );
});

it('keeps times over many chunks', () => {
  const column = new TimeColumn();
  const at = (place: number) => (place % 7 === 0 ? undefined : NOW + place * 86_400_001);
  for (let place = 0; place < 20_000; place++) column.set(place, at(place));
  for (let place = 0; place < 20_000; place++) if (column.at(place) !== at(place)) throw new Error(`place ${place}`);
});

it('keeps up to 256 names, and refuses more rather than mix them up', () => {
  const column = new NameColumn();
  const names = [null, ...Array.from({ length: 255 }, (_, i) => `name-${i}`)];
  for (const [place, name] of [...names, ...names].entries()) column.set(place, name);
  expect([...names, ...names].map((_, place) => column.at(place))).toEqual([...names, ...names]);
  expect(() => column.set(512, 'one more')).toThrow(RangeError);
});

it('keeps values that seldom change by their runs', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 9 })), { minLength: 1 }), (runs) => {
      const values = runs.flatMap(([value, length]) => Array<number>(length).fill(value));
      const column = new RunLengthColumn<number>();
      for (const [place, value] of values.entries()) column.push(place, value);
      expect(values.map((_, place) => column.at(place))).toEqual(values);
    }),
  );
});

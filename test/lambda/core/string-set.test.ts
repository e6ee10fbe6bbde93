import fc from 'fast-check';
import { isKeptWhole, StringSet } from '../../../lambda/core/string-set.ts';

const uuidOf = (i: number) => `${i.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('StringSet', () => {
  it('answers as a Set of strings would', () => {
    const texts = fc.array(
      fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', 'b'), fc.uuid()),
    );
    fc.assert(
      fc.property(texts, (values) => {
        const ours = new StringSet();
        const reference = new Set<string>();
        for (const value of values) {
          expect(ours.add(value)).toBe(!reference.has(value));
          reference.add(value);
        }
        expect(ours.size).toBe(reference.size);
      }),
    );
  });

  it('finds each string by itself, and each by its number', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', '-', 'é', '測', '🚗', '\ud83d', '\udc00', '\ufffd'),
      fc.string({ maxLength: 1 }),
    );
    const text = fc.oneof(
      fc.array(unit, { maxLength: 6 }).map((units) => units.join('')),
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
    );
    fc.assert(
      fc.property(fc.uniqueArray(text), fc.array(text), (values, others) => {
        const set = new StringSet();
        const numbers = values.map((value) => set.insert(value));
        expect(new Set(numbers).size).toBe(values.length);
        expect(values.map((value) => set.find(value))).toEqual(numbers);
        expect(values.map((value) => set.insert(value))).toEqual(values.map(() => -1));
        const whole = values.filter(isKeptWhole);
        expect(whole.map((value) => set.at(set.find(value)))).toEqual(whole);
        for (const other of others) if (!values.includes(other)) expect(set.find(other)).toBe(-1);
      }),
      { numRuns: 500 },
    );
  });

  it('numbers UUIDs evenly and all others oddly, each kind from 0 on', () => {
    const set = new StringSet();
    expect(['a', uuidOf(1), 'b', uuidOf(2), 'a'].map((text) => set.insert(text))).toEqual([1, 0, 3, 2, -1]);
    expect([1, 0, 3, 2].map((number) => set.at(number))).toEqual(['a', uuidOf(1), 'b', uuidOf(2)]);
  });

  it('distinguishes a UUID from every other way to write its bytes', () => {
    const set = new StringSet();
    const uuid = '61626364-6566-6768-696a-6b6c6d6e6f70';
    for (const value of [uuid, 'abcdefghijklmnop', uuid.replaceAll('-', ''), uuid.toUpperCase(), `${uuid} `]) {
      expect([set.add(value), set.add(value)]).toEqual([true, false]);
    }
  });

  it.each([
    ['readable ids', (i: number) => `firmware-2.4.1-eu-${i}`],
    ['UUIDs that differ in few bits', (i: number) => `00000000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`],
    ['UUIDs that count in front', (i: number) => `${i.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`],
  ])('holds very many %s, and knows each again', (_name, id) => {
    const set = new StringSet();
    const added = (step: number) => {
      let count = 0;
      for (let i = 0; i < 40_000; i += step) count += set.add(id(i)) ? 1 : 0;
      return count;
    };
    expect([added(1), added(7), set.size]).toEqual([40_000, 0, 40_000]);
  });

  it('takes strings longer than its chunks', () => {
    const set = new StringSet();
    const long = 'x'.repeat(3_000_000);
    expect([set.add(long), set.add(`${long}y`), set.add(long)]).toEqual([true, true, false]);
  });

  it('is empty again after clear, however large it was', () => {
    const set = new StringSet();
    const ids = Array.from({ length: 70_000 }, (_, i) => [`job-${i}`, uuidOf(i)]).flat();
    for (let round = 0; round < 3; round++) {
      const some = ids.slice(0, ids.length / (round + 1));
      expect(some.filter((id) => set.add(id))).toHaveLength(some.length);
      expect([set.size, set.add('job-1')]).toEqual([some.length, false]);
      set.clear();
      expect(set.size).toBe(0);
    }
  });

  it('takes little memory for few strings, and none again after clear', () => {
    const before = process.memoryUsage().arrayBuffers;
    const sets = Array.from({ length: 200 }, () => new StringSet());
    let added = 0;
    for (const set of sets) {
      for (let round = 0; round < 100; round++) {
        for (let i = 0; i < 20; i++) added += set.add(i % 2 ? `job-${i}` : uuidOf(i)) ? 1 : 0;
        set.clear();
      }
    }
    const kilobytes = (process.memoryUsage().arrayBuffers - before) / 1024;
    expect([added, kilobytes / sets.length < 64]).toEqual([200 * 100 * 20, true]);
  });
});

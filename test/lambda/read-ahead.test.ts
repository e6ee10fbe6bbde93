import fc from 'fast-check';
import { readAhead } from '../../lambda/read-ahead.ts';

async function* from<T>(items: readonly T[], failure?: Error): AsyncIterable<T> {
  yield* items;
  if (failure) throw failure;
}

async function collect<T>(results: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<[T[], unknown]> {
  const taken: T[] = [];
  try {
    for await (const result of results) {
      taken.push(result);
      if (taken.length >= most) break;
    }
  } catch (error) {
    return [taken, error];
  }
  return [taken, undefined];
}

it('gives results in the order of the items, whichever is ready first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 40 }), async (delays) => {
      const work = async (delay: number) => {
        for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
        return delay;
      };
      expect(await collect(readAhead(from(delays), work))).toEqual([delays, undefined]);
    }),
  );
});

it('has eight under way at most, and begins no more than were taken', async () => {
  let underWay = 0;
  let most = 0;
  let begun = 0;
  const work = async (item: number) => {
    begun += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return item;
  };
  const items = Array.from({ length: 100 }, (_, i) => i);
  expect((await collect(readAhead(from(items), work)))[0]).toEqual(items);
  expect([most, begun]).toEqual([8, 100]);
  for (const [taken, expected] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 8],
    [9, 16],
    [17, 24],
  ] as const) {
    begun = 0;
    await collect(readAhead(from(items), work), taken);
    expect([taken, begun]).toEqual([taken, expected]);
  }
});

it.each([0, 1, 5, 12])('gives the results before a failure, of the work or of the items: after %d', async (good) => {
  const items = Array.from({ length: 20 }, (_, i) => i);
  const failure = new Error('no');
  const work = async (item: number) => {
    if (item >= good) throw failure;
    return item;
  };
  const expected = [items.slice(0, good), failure];
  expect(await collect(readAhead(from(items), work))).toEqual(expected);
  expect(await collect(readAhead(from(items.slice(0, good), failure), async (item) => item))).toEqual(expected);
});

it('ends the items when the caller stops', async () => {
  let isEnded = false;
  async function* items() {
    try {
      for (let i = 0; ; i += 1) yield i;
    } finally {
      isEnded = true;
    }
  }
  await collect(
    readAhead(items(), async (item) => item),
    3,
  );
  expect(isEnded).toBe(true);
});

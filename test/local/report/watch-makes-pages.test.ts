import { follow } from '../../../local/report/watch/follow.ts';

/** A history whose looks and attempts at a page have scripted results. */
async function followed(script: {
  /** Looks after which the page is outdated, and is made again. */
  outdatedAfter?: number;
  looks: readonly (string | Error)[];
  pages?: Readonly<Record<string, readonly (string | Error)[]>>;
}) {
  const controller = new AbortController();
  const seen: string[] = [];
  const looks = [...script.looks];
  const pages = new Map(Object.entries(script.pages ?? {}).map(([state, all]) => [state, [...all]]));
  let [state, count] = ['', 0];
  await follow({
    state: 'first',
    everyMs: 1,
    signal: controller.signal,
    isOutdated: () => count === script.outdatedAfter,
    async readState() {
      count += 1;
      const look = looks.shift();
      if (look === undefined) controller.abort();
      else if (look instanceof Error) throw look;
      else state = look;
      return state;
    },
    async makePage() {
      const page = pages.get(state)?.shift() ?? `page of ${state}`;
      if (page instanceof Error) throw page;
      return page;
    },
    onPage: (page) => void seen.push(page),
    onError: (error) => void seen.push(`trouble: ${(error as Error).message}`),
    onRecovered: () => void seen.push('mended'),
  });
  return seen;
}

test('it makes a page for each new state, and none where nothing is new', async () => {
  expect(await followed({ looks: ['first', 'first', 'second', 'second', 'third'] })).toEqual([
    'page of second',
    'page of third',
  ]);
});

test('a history that cannot be listed is trouble until it can be, and the page is made for what is new alone', async () => {
  expect(await followed({ looks: ['first', new Error('gone'), new Error('gone'), 'first', 'second'] })).toEqual([
    'trouble: gone',
    'trouble: gone',
    'mended',
    'page of second',
  ]);
});

test('a page that cannot be made is tried again though the listing stays the same, ever more rarely', async () => {
  const seen = await followed({
    looks: new Array(200).fill('second'),
    pages: { second: [new Error('damaged'), new Error('damaged')] },
  });
  expect(seen).toEqual(['trouble: damaged', 'trouble: damaged', 'page of second', 'mended']);
  const never = await followed({
    looks: new Array(50).fill('second'),
    pages: { second: new Array(50).fill(new Error('damaged')) },
  });
  expect(never.length).toBeGreaterThan(1);
  expect(never.length).toBeLessThan(50);
});

test('another state is tried at once, however often the one before failed', async () => {
  const seen = await followed({
    looks: ['second', 'second', 'second', 'second', 'third'],
    pages: { second: new Array(9).fill(new Error('damaged')) },
  });
  expect(seen.at(-2)).toBe('page of third');
  expect(seen.at(-1)).toBe('mended');
});

test('an outdated page is made again, though the history is as it was', async () => {
  expect(await followed({ looks: ['first', 'first', 'first', 'first'], outdatedAfter: 2 })).toEqual(['page of first']);
});

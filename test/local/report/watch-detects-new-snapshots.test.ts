import { recordKey } from '../../../lambda/contract/keys.ts';
import { cachedFiles } from '../../../local/report/watch/cached-files.ts';
import { historyStateReader } from '../../../local/report/watch/history-state.ts';
import type { Archive, StoredKey } from '../../../local/verify/archive.ts';
import { AT, HOUR_MS } from '../../support/report-history.ts';

const key = (hour: number) =>
  recordKey({ accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: AT + hour * HOUR_MS });
const stored = (hour: number, modifiedAt = AT): StoredKey => ({ key: key(hour), bytes: 9, modifiedAt });

/** Looks at a history that is each of these in turn. @returns the results of the looks */
async function looks(...histories: StoredKey[][]) {
  let there: StoredKey[] = [];
  let replaced = 0;
  const onReplaced = () => {
    replaced += 1;
  };
  const archive = {
    async *list() {
      yield* there;
    },
    find: async () => undefined,
  } as unknown as Archive;
  const look = historyStateReader({ archive, selection: {}, onReplaced });
  const states: string[] = [];
  for (const history of histories) {
    there = history;
    states.push(await look());
  }
  return { states: states.map((state) => states.indexOf(state)), replaced };
}

test('a history that grows is another state, and the same history', async () => {
  expect(await looks([], [stored(0)], [stored(0)], [stored(0), stored(1)])).toEqual({
    states: [0, 1, 1, 3],
    replaced: 0,
  });
});

test('a record that is gone, or is another, means that the history was replaced', async () => {
  expect(await looks([stored(0), stored(1)], [stored(1)], [stored(1)])).toEqual({ states: [0, 1, 1], replaced: 1 });
  expect(await looks([stored(0)], [stored(0, AT + 1)])).toEqual({ states: [0, 1], replaced: 1 });
});

test('what was fetched is fetched again from when the history was replaced on, and the look at the exports always', async () => {
  const fetched: string[][] = [];
  const files = cachedFiles({
    directory: '',
    fetch: async (keys) => void fetched.push([...keys]),
    close: async () => {},
  });
  const bring = () => files.fetch([key(0), 'health/exports.ndjson'], () => {});
  await bring();
  await bring();
  files.forget();
  await bring();
  expect(fetched.map((keys) => keys.length)).toEqual([2, 1, 2]);
});

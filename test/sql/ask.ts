import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '../../local/history/open.ts';
import { loadHistory } from '../support/loaded-history.ts';

/** The rows of an answer of the views over a directory. */
export async function ask(directory: string, sql: string, today?: string): Promise<unknown[][]> {
  const history = await loadedOnce(directory, today);
  return [...(await history.query(sql)).rows].map((row) => [...row]);
}

let loaded: { readonly of: string; readonly history: History } | undefined;
afterAll(() => loaded?.history.close());

/** The history of a directory, loaded anew where a file of it is another one: to make the views takes longer than most queries. */
async function loadedOnce(directory: string, today = ''): Promise<History> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const states = files.map((file) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(join(directory, file));
    return [file, ino, size, mtimeMs, ctimeMs];
  });
  const of = JSON.stringify([directory, today, states]);
  if (loaded?.of !== of) {
    loaded?.history.close();
    loaded = { of, history: await loadHistory(directory, today || undefined) };
  }
  return loaded.history;
}

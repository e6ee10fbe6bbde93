import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from '../../local/history/open.ts';
import { loadHistory, reload } from '../support/loaded-history.ts';

/** The rows of an answer of the views over a directory. */
export async function ask(directory: string, sql: string, today?: string): Promise<unknown[][]> {
  const history = await loadedOnce(directory, today);
  return [...(await history.query(sql)).rows].map((row) => [...row]);
}

/** The one history of a test file, and what it holds. */
let loaded: { content: string; readonly history: History } | undefined;
afterAll(() => loaded?.history.close());

/** The history of a directory, loaded again where a file of it, or today, is another one. */
async function loadedOnce(directory: string, today = ''): Promise<History> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const states = files.map((file) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(join(directory, file));
    return [file, ino, size, mtimeMs, ctimeMs];
  });
  const content = JSON.stringify([directory, today, states]);
  if (loaded === undefined) {
    loaded = { content, history: await loadHistory(directory, today || undefined) };
  } else if (loaded.content !== content) {
    loaded.content = '';
    await reload(loaded.history, directory, today || undefined);
    loaded.content = content;
  }
  return loaded.history;
}

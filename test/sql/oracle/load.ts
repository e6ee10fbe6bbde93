import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, openHistory } from '../../../local/history/open.ts';
import { quoted, TABLES } from '../../../local/history/tables.ts';
import type { RandomHistory } from './random-history.ts';

/**
 * Histories as one, with its views. All rows of a table come from one file: DuckDB takes a millisecond to open each of
 * the thousands that there would be.
 *
 * @param today UTC date that the views take for today
 */
export async function loadAll(histories: readonly RandomHistory[], today: string): Promise<History> {
  const directory = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    const opened = await openHistory(directory, today);
    for (const { name, folder } of TABLES) {
      const rows = histories.flatMap((history) => history.rowsBelow(folder));
      await loadRows(opened, directory, name, rows);
    }
    return opened;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Gives a table of an opened history these rows, with their partition columns, by a file in the directory. */
export async function loadRows(
  history: History,
  directory: string,
  name: string,
  rows: readonly object[],
): Promise<void> {
  const file = join(directory, `${name}.ndjson`);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await history.query(`CREATE TABLE loaded_${name} AS FROM ${name}`);
  await history.query(`COPY loaded_${name} FROM ${quoted(file)} (FORMAT json, ARRAY false)`);
  await history.query(`CREATE OR REPLACE VIEW ${name} AS FROM loaded_${name}`);
}

import { macros } from '../../local/history/macros.ts';
import { type History, openHistory } from '../../local/history/open.ts';
import { emptyViewOf, filesOf, quoted, TABLES, type Table, viewOf } from '../../local/history/tables.ts';

/**
 * Opens a directory of snapshots by {@link openHistory}, and reads each table from its files once: many queries of views take
 * a fraction of the time.
 */
export async function loadHistory(directory: string, today?: string): Promise<History> {
  const history = await openHistory(directory, today);
  for (const table of TABLES) await load(history, table);
  return history;
}

/** Loads another directory into a history of {@link loadHistory}, whose views stay: to make them takes longer than most queries. */
export async function reload(history: History, directory: string, today?: string): Promise<void> {
  for (const table of TABLES) {
    const { rows } = await history.query(`SELECT file FROM glob(${quoted(filesOf(table, directory))}) LIMIT 1`);
    await history.query(rows.length === 0 ? emptyViewOf(table) : viewOf(table, directory));
    await load(history, table);
  }
  const [newest] = (await history.query('SELECT max(dt) FROM snapshots')).rows[0] ?? [];
  const day = today ?? String(newest ?? new Date().toISOString().slice(0, 10));
  for (const macro of macros(day)) await history.query(macro);
}

async function load(history: History, { name }: Table): Promise<void> {
  await history.query(`CREATE OR REPLACE TABLE loaded_${name} AS FROM ${name}`);
  await history.query(`CREATE OR REPLACE VIEW ${name} AS FROM loaded_${name}`);
}

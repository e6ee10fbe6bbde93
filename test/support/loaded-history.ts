import { type History, openHistory } from '../../local/history/open.ts';
import { TABLES } from '../../local/history/tables.ts';

/**
 * A directory of snapshots as {@link openHistory} opens it, with each table read from its files once: many queries of views
 * take a fraction of the time.
 */
export async function loadHistory(directory: string, today?: string): Promise<History> {
  const history = await openHistory(directory, today);
  for (const { name: table } of TABLES) {
    await history.query(`CREATE TABLE loaded_${table} AS FROM ${table}`);
    await history.query(`CREATE OR REPLACE VIEW ${table} AS FROM loaded_${table}`);
  }
  return history;
}

import { type History, openHistory } from '../../local/history/open.ts';

/**
 * A directory of snapshots as {@link openHistory} opens it, with rows and records read from their files once: many queries
 * of views, which read the rows several times, take a fraction of the time.
 */
export async function loadHistory(directory: string, today?: string): Promise<History> {
  const history = await openHistory(directory, today);
  for (const table of ['jobs', 'snapshots']) {
    await history.query(`CREATE TABLE loaded_${table} AS FROM ${table}`);
    await history.query(`CREATE OR REPLACE VIEW ${table} AS FROM loaded_${table}`);
  }
  return history;
}

import { readQueries } from '../../sql/catalog.ts';

/** A saved query with a small result that shows changes. */
const SHOWN = 'changes-by-status';

/** The query that the demo runs on its history. */
export function demoQuery(): { readonly question: string; readonly sql: string } {
  const query = readQueries().find(({ name }) => name === SHOWN);
  if (!query) throw new Error(`There is no saved query ${SHOWN}`);
  return {
    question: query.question,
    sql: `SELECT from_status, to_status, jobs FROM (${query.sql}) WHERE export_name = 'all' AND from_status IS NOT NULL`,
  };
}

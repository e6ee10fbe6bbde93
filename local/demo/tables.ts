import { readQueries } from '../../sql/catalog.ts';

/** A saved query whose answer is small and shows that the fleet moves. */
const SHOWN = 'changes-by-status';

/** What the demo asks of the history that it wrote. */
export function demoQuery(): { readonly question: string; readonly sql: string } {
  const query = readQueries().find(({ name }) => name === SHOWN);
  if (!query) throw new Error(`There is no saved query ${SHOWN}`);
  return {
    question: query.question,
    sql: `SELECT from_status, to_status, jobs FROM (${query.sql}) WHERE export_name = 'all' AND from_status IS NOT NULL`,
  };
}

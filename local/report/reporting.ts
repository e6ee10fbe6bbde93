import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../lambda/errors.ts';
import { readQueries, readViews } from '../../sql/catalog.ts';
import { EXPORT_HEALTH, rowsOf } from '../history/tables.ts';
import type { Archive } from '../verify/archive.ts';
import type { LocalFiles } from './fetch.ts';
import type { NotKnown, Section } from './model.ts';
import { sectionOfQuery } from './report-query.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';
import { withDuckDb } from './with-duckdb.ts';

/** Name of the view and of the saved query. */
const NAME = 'reporting';

/**
 * Reads the newest check of all exports by a hub's function. If it cannot be read, it is not known, and the rest of the
 * page is written all the same: the next check replaces it.
 */
export async function reportingOf(archive: Archive, files: LocalFiles): Promise<Section | NotKnown> {
  try {
    if (!(await archive.find(HEALTH_KEY)))
      return { notKnown: 'no look at the exports is in this history.', isNormal: true };
    await files.fetch([HEALTH_KEY], () => {});
    return await withDuckDb(async (connection) => {
      await connection.run("SET TimeZone = 'UTC'");
      await connection.run(
        `CREATE TABLE ${EXPORT_HEALTH.name} AS ${rowsOf(EXPORT_HEALTH, files.directory, [HEALTH_KEY])}`,
      );
      await connection.run(`CREATE VIEW ${NAME} AS ${byName(readViews()).sql}`);
      const section = await sectionOfQuery(
        connection,
        byName(readQueries()),
        `the newest look at all exports, ${HEALTH_KEY}`,
      );
      if (section.answer.rows.length > 0) return section;
      return { notKnown: `the newest look at the exports, ${HEALTH_KEY}, names none.` };
    });
  } catch (error) {
    // Permissions from before this object existed may not include it.
    if (error instanceof StoreRefusedError)
      return { notKnown: `whether there was a look at the exports. ${error.message}` };
    if (!(error instanceof UnreadableHistoryError)) throw error;
    return { notKnown: `the newest look at the exports, ${HEALTH_KEY}, cannot be read. The next one takes its place.` };
  }
}

function byName<Named extends { readonly name: string }>(all: readonly Named[]): Named {
  const found = all.find(({ name }) => name === NAME);
  if (!found) throw new Error(`There is no ${NAME} in sql/`);
  return found;
}

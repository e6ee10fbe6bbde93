import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ExporterError } from '../../lambda/errors.ts';
import { UsageError } from '../cli/usage-error.ts';
import { remove, temporaryDirectory } from './temporary.ts';
import { UnreadableHistoryError } from './unreadable-history-error.ts';

/**
 * Runs work in an in-memory DuckDB, which spills into a temporary directory.
 *
 * @throws UnreadableHistoryError with the message of DuckDB, which names the damaged file and line
 */
export async function withDuckDb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const spill = await temporaryDirectory('iot-jobs-spill-');
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: spill,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } catch (error) {
    if (error instanceof ExporterError || error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UnreadableHistoryError(`The snapshots cannot be read (${message})`, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
    await remove(spill);
  }
}

import {
  GetTableCommand,
  GlueClient,
  type GlueClientConfig,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { abortable } from '../../lambda/aws/abortable.ts';
import type { ProjectedTables } from '../ports.ts';
import { clientOptions } from './client-options.ts';
import { serviceError } from './service-error.ts';

/**
 * Reads and updates tables of AWS Glue.
 *
 * An update names the version that was read, so that it does not revert changes that others made meanwhile.
 * Source: AWS Glue API Reference, UpdateTable, VersionId and Errors, ConcurrentModificationException. It archives no version
 * (SkipArchive): the number of a table's versions is limited, and nobody needs to undo an added value.
 */
export function glueTables(databaseName: string, config: GlueClientConfig = {}): ProjectedTables {
  const client = new GlueClient({ ...clientOptions(), ...config });

  async function call<T>(action: string, name: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      const absent = 'deploy the stack of the history again';
      throw serviceError(error, { service: 'AWS Glue', action, on: `table ${databaseName}.${name}`, absent });
    }
  }

  return {
    async read(name, signal) {
      const table = await call('glue:GetTable', name, signal, async () => {
        const command = new GetTableCommand({ DatabaseName: databaseName, Name: name });
        const { Table } = await client.send(command, { abortSignal: signal });
        if (Table === undefined) throw new Error('the answer has no table');
        return Table;
      });
      return {
        parameters: table.Parameters ?? {},
        setParameters: (parameters, ownSignal) =>
          call('glue:UpdateTable', name, ownSignal, async () => {
            const command = new UpdateTableCommand({
              DatabaseName: databaseName,
              TableInput: inputOf(table, parameters),
              VersionId: table.VersionId,
              SkipArchive: true,
            });
            try {
              await client.send(command, { abortSignal: ownSignal });
              return true;
            } catch (error) {
              if (error instanceof Error && error.name === 'ConcurrentModificationException') return false;
              throw error;
            }
          }),
      };
    },
  };
}

/**
 * The input for UpdateTable from a table of GetTable. UpdateTable replaces the whole table; its input has no creation times, ids
 * and other fields that AWS Glue sets. Source: AWS Glue API Reference, Table and TableInput.
 */
function inputOf(table: Table, parameters: Readonly<Record<string, string>>): TableInput {
  const { Name, Description, Owner, LastAccessTime, LastAnalyzedTime, Retention, StorageDescriptor } = table;
  const { PartitionKeys, ViewOriginalText, ViewExpandedText, TableType, TargetTable } = table;
  return {
    ...{ Name, Description, Owner, LastAccessTime, LastAnalyzedTime, Retention, StorageDescriptor },
    ...{ PartitionKeys, ViewOriginalText, ViewExpandedText, TableType, TargetTable },
    Parameters: { ...table.Parameters, ...parameters },
  };
}

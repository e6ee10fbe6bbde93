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
 * Tables of AWS Glue.
 *
 * An update is made against the version that was read, so that it takes nothing back that somebody else changed meanwhile.
 * Source: AWS Glue API Reference, UpdateTable, VersionId and Errors, ConcurrentModificationException. It keeps no archived
 * version: of those a table may have so many at most, and a value more is nothing to go back from (SkipArchive).
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
 * What UpdateTable takes of what GetTable gives: it replaces the table as a whole, and knows no times of creation, no ids and
 * no owner's marks. Source: AWS Glue API Reference, Table and TableInput.
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

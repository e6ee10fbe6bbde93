import { Aws } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { readViews, type SqlFile } from '../../sql/catalog.ts';
import type { HistoryTables } from './history-tables.ts';

/** Properties for HistoryViews. */
export interface HistoryViewsProps {
  /** Tables that the views read. */
  readonly tables: HistoryTables;
  /** Name of the database. It must be literal, since each view contains it. */
  readonly databaseName: string;
}

/** Hive's names of types that have another name in Trino. */
const HIVE_TYPES: Readonly<Record<string, string>> = {
  varchar: 'string',
  integer: 'int',
  'timestamp(3)': 'timestamp',
  'array(varchar)': 'array<string>',
};

/**
 * The views of `sql/views`, in the format in which Athena and Trino store views. CloudFormation does not check their SQL, so
 * the tests query every view.
 */
export class HistoryViews extends Construct {
  constructor(scope: Construct, id: string, { tables, databaseName }: HistoryViewsProps) {
    super(scope, id);
    for (const view of readViews()) {
      const table = new glue.CfnTable(this, view.name, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: tables.database.ref,
        tableInput: viewInput(view, databaseName),
      });
      table.node.addDependency(tables.jobs, tables.changes, tables.details, tables.snapshots, tables.exportHealth);
    }
  }
}

/** Makes the table input of a view. It has no description: Trino uses it as the comment by which it recognizes a view. */
function viewInput({ name, columns, sql }: SqlFile, schema: string): glue.CfnTable.TableInputProperty {
  const view = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
  };
  return {
    name,
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    partitionKeys: [],
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: {
      columns: columns.map(({ name: column, type, comment }) => ({
        name: column,
        type: HIVE_TYPES[type] ?? type,
        comment: comment.slice(0, MAX_COMMENT_LENGTH),
      })),
      serdeInfo: {},
    },
  };
}

/** Source: AWS Glue API, Column. */
const MAX_COMMENT_LENGTH = 255;

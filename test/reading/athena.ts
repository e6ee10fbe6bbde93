import { athenaType, type Column, JOBS_COLUMNS, SNAPSHOTS_COLUMNS } from '../../lambda/contract/columns.ts';
import type { History } from '../../local/history/open.ts';
import { ask, canonical, timestampOf } from './expected.ts';
import { ATHENA, ATHENA_SQL, BUCKET, replaced } from './recipes.ts';

/** A query as Athena would get it, of the history at hand. */
export interface AthenaRun {
  readonly code: string;
  /** What DuckDB answers, a line a row. */
  readonly expected: readonly string[];
  readonly columns: readonly Column[];
}

/**
 * Readies moto's Athena for the recipe: it runs no SQL, but gives what it was given before, in Athena's form, which is a CSV
 * in S3 and the columns' types. What it is given is what DuckDB answers.
 */
export async function prepareAthena(endpoint: string, history: History, exportName: string): Promise<AthenaRun> {
  const sql = replaced(ATHENA_SQL, { "'all'": `'${exportName}'` });
  const rows = await ask(history, sql);
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const column = [...JOBS_COLUMNS, ...SNAPSHOTS_COLUMNS].find((candidate) => candidate.name === name);
    if (!column) throw new Error(`The query of the recipe gives ${name}, which is no column of jobs or snapshots`);
    return column as Column;
  });
  const cell = ({ name, type }: Column, value: unknown) => {
    if (value === null) return {};
    return { VarCharValue: type === 'timestamp' ? timestampOf(String(value)) : String(value ?? name) };
  };
  const header = columns.map(({ name }) => ({ VarCharValue: name }));
  const data = rows.map((row) => columns.map((column) => cell(column, row[column.name])));
  const workgroup = /workgroup='([^']+)'/.exec(ATHENA)?.[1];
  await post(`${endpoint}/`, {
    Name: workgroup,
    Configuration: { ResultConfiguration: { OutputLocation: `s3://${BUCKET}/results/` } },
  });
  await post(`${endpoint}/moto-api/static/athena/query-results`, {
    account_id: '123456789012',
    region: 'us-east-1',
    results: [{ rows: [header, ...data].map((cells) => ({ Data: cells })), column_info: columns.map(informationOf) }],
  });
  return { code: `sql = """${sql}"""\n${ATHENA}`, expected: canonical(rows, columns), columns };
}

function informationOf({ name, type }: Column) {
  const athena = athenaType(type);
  return { Name: name, Label: name, Type: athena === 'string' ? 'varchar' : athena, Nullable: 'UNKNOWN' };
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'AmazonAthena.CreateWorkGroup',
      // moto knows the service by the scope of the credential.
      Authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261201/us-east-1/athena/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

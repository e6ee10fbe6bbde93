/** A query's rows and costs, by Trino's own statistics. */
export interface TrinoResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly stats: TrinoStats;
}

interface TrinoStats {
  readonly completedSplits: number;
  readonly physicalInputBytes: number;
  readonly elapsedTimeMillis: number;
  readonly planningTimeMillis: number;
  readonly peakMemoryBytes: number;
}

interface Page {
  readonly columns?: TrinoResult['columns'];
  readonly data?: readonly (readonly unknown[])[];
  readonly nextUri?: string;
  readonly stats: TrinoStats;
  readonly error?: { readonly message: string };
}

/**
 * Runs a query by Trino's HTTP protocol, in the catalog that Athena has.
 *
 * @throws Error with Trino's message
 */
export async function runOnTrino(url: string, sql: string, schema = 'iot_jobs'): Promise<TrinoResult> {
  const headers = {
    'x-trino-user': 'test',
    'x-trino-catalog': 'awsdatacatalog',
    'x-trino-schema': schema,
    'x-trino-time-zone': 'UTC',
    // Or a timestamp's type comes without its precision.
    'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
  };
  let page = await pageOf(fetch(`${url}/v1/statement`, { method: 'POST', headers, body: sql }));
  const rows: (readonly unknown[])[] = [];
  let columns = page.columns ?? [];
  for (;;) {
    if (page.error) throw new Error(page.error.message);
    columns = page.columns ?? columns;
    for (const row of page.data ?? []) rows.push(row);
    if (!page.nextUri) return { columns, rows, stats: page.stats };
    page = await pageOf(fetch(page.nextUri, { headers }));
  }
}

async function pageOf(answer: Promise<Response>): Promise<Page> {
  const response = await answer;
  if (!response.ok) throw new Error(`Trino answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
}

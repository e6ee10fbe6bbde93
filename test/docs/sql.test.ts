import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, openHistory } from '../../local/history/open.ts';
import { writeHourlyStatuses } from '../sql/hourly-statuses.ts';
import { sqlOfDocs } from '../support/docs-sql.ts';

const directory = mkdtempSync(join(tmpdir(), 'docs-sql-'));
let history: History;

beforeAll(async () => {
  await writeHourlyStatuses({ directory, from: Date.parse('2026-11-23T06:00:00Z'), lives: { a: 'SPC.' }, ageHours: 1 });
  history = await openHistory(directory);
});
afterAll(() => {
  history.close();
  rmSync(directory, { recursive: true });
});

const statements = sqlOfDocs();

test('the documents have SQL, the README and the runbook, too', () => {
  const files = new Set(statements.map(({ file }) => file));
  for (const file of ['README.md', 'docs/runbook.md', 'docs/queries.md']) expect(files).toContain(file);
});

test.each(statements)('$file: $sql', async ({ sql }) => {
  await expect(history.query(sql)).resolves.toHaveProperty('columns');
});

test('no document takes an array of structs apart by UNNEST, where Trino gives columns and DuckDB a struct', () => {
  expect(statements.filter(({ sql }) => /UNNEST\((\w+\.)?listings\)/i.test(sql))).toEqual([]);
});

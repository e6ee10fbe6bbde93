import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { MINIMAL_ENVIRONMENT } from '../support/minimal-environment.ts';

const ROOT = join(import.meta.dirname, '../..');
const node = (...parameters: string[]) =>
  execFileSync(process.execPath, parameters, { cwd: ROOT, env: MINIMAL_ENVIRONMENT, stdio: 'pipe' }).toString();

test('docs/queries.md is what sql/ says and what the history of the cookbook answers', () => {
  expect(() => node('scripts/query-docs.ts', '--check')).not.toThrow();
});

test('npm run query says in a line what is wrong, and exits with 2', () => {
  const run = () => node('local/query.ts', '--dir', 'docs', 'SELECT nope FROM iot_jobs.jobs');
  expect(run).toThrow(expect.objectContaining({ status: 2, stderr: expect.anything() }));
  try {
    run();
  } catch (error) {
    expect(String((error as { stderr: Buffer }).stderr).trim()).toMatch(/^error: .*nope.*$/);
  }
});

test('npm run query answers as CSV and JSON, by the names of Athena', () => {
  const sql = 'SELECT count(*) AS jobs FROM iot_jobs.latest_jobs';
  expect(node('local/query.ts', '--dir', 'docs', '--format', 'csv', sql)).toBe('jobs\n0\n');
  expect(JSON.parse(node('local/query.ts', '--dir', 'docs', '--format', 'json', sql))).toEqual([{ jobs: 0 }]);
});

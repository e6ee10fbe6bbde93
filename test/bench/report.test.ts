import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jobsKey } from '../../lambda/contract/keys.ts';
import { cellsOf, runScript } from './run-benchmark.ts';

const SNAPSHOT = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' };
const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
const history = join(folder, 'history');
let first: ReturnType<typeof runScript>;
beforeAll(() => {
  first = runScript('bench/report.ts', ['--small', '--dir', history]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a small run of the report times it beside a count of the same rows, and judges no goal', () => {
  expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
  const rows = cellsOf(first.stdout);
  expect(rows.map(([name]) => name)).toEqual(['report', 'count(job_id) by DuckDB', 'report ÷ count']);
  for (const [, wall, cpu] of rows.slice(0, 2)) expect([wall, cpu].join()).toMatch(/^\d+\.\d s,\d+\.\d s$/);
  expect(rows[0]?.[3]).toMatch(/^6 snapshots, [1-9]\d+ bytes$/);
  expect(rows[1]?.[3]).toMatch(/^[1-9]\d+ rows$/);
  expect(first.stdout).toMatch(/\n\nGoals: .*: not judged, this is a small run\n$/);
});

test('verify finds the history that it wrote whole', () => {
  const { status, stdout } = runScript('local/verify.ts', [history]);
  expect(stdout).toMatch(/\b6 snapshots\b/);
  expect(status).toBe(0);
});

test('a kept history is used again, and refused when it has other rows than its records count', () => {
  const again = () => runScript('bench/report.ts', ['--small', '--dir', history]);
  const rowsOf = ({ stdout }: typeof first) => cellsOf(stdout)[1]?.[3];
  expect(rowsOf(again())).toBe(rowsOf(first));
  const path = join(history, jobsKey({ ...SNAPSHOT, scheduledAt: Date.parse('2026-11-23T20:00:00Z') }));
  const lines = gunzipSync(readFileSync(path)).toString().split('\n');
  writeFileSync(path, gzipSync(lines.slice(1).join('\n')));
  const { status, stderr } = again();
  expect(stderr).toMatch(/^error: The history has \d+ rows, its records count \d+: npm run verify says what is wrong/);
  expect(status).toBe(1);
});

test('a number of snapshots that is none is refused with a message alone', () => {
  const { status, stderr } = runScript('bench/report.ts', ['--hours', 'many']);
  const value = "error: option '--hours <count>' argument 'many' is invalid. It must be a whole number from 1.\n";
  expect({ status, stderr }).toEqual({ status: 1, stderr: value });
});

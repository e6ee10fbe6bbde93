import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, openHistory } from '../../local/history/open.ts';
import { directoryArchive } from '../../local/verify/directory-archive.ts';
import { verify } from '../../local/verify/verify.ts';

const START = join(import.meta.dirname, '../../local/start.ts');
const folder = mkdtempSync(join(tmpdir(), 'start-'));
const start = () =>
  execFileSync(process.execPath, [START, '--out', folder], { env: { PATH: process.env.PATH } }).toString();

let output: string;
let history: History;
beforeAll(async () => {
  output = start();
  history = await openHistory(folder);
}, 60_000);
afterAll(() => {
  history.close();
  rmSync(folder, { recursive: true });
});

const value = async (sql: string) => (await history.query(sql)).rows[0]?.[0];

it('takes eight snapshots of each export, of thousands of jobs, in the places of the contract', async () => {
  const { rows } = await history.query(
    `SELECT account_id, region, export_name, count(*) AS snapshots, min(job_count) > 5000 AS has_thousands
     FROM snapshots GROUP BY ALL ORDER BY export_name`,
  );
  expect(rows).toEqual([
    ['123456789012', 'eu-west-1', 'all', '8', true],
    ['123456789012', 'eu-west-1', 'fleets', '8', false],
  ]);
});

it('writes what its records say', async () => {
  const findings = await Array.fromAsync(verify(directoryArchive(folder), {}));
  expect(findings.flatMap((finding) => finding.problems)).toEqual([]);
  expect(findings).toHaveLength(16);
});

it('has a fleet that moves: between the first and the last snapshot jobs begin, end and vanish', async () => {
  const moved = (condition: string) =>
    value(`WITH s AS (SELECT min(snapshot_id) AS first, max(snapshot_id) AS last FROM snapshots WHERE export_name = 'all'),
      a AS (SELECT job_id, status FROM jobs, s WHERE snapshot_id = first),
      b AS (SELECT job_id, status FROM jobs, s WHERE snapshot_id = last)
      SELECT count(*) > 0 FROM a FULL JOIN b USING (job_id) WHERE ${condition}`);
  expect(await moved("a.status = 'IN_PROGRESS' AND b.status = 'COMPLETED'")).toBe(true);
  expect(await moved('a.status IS NULL')).toBe(true);
  expect(await moved('b.status IS NULL')).toBe(true);
});

it('records the thing group that does not exist as missing', async () => {
  const { rows } = await history.query(
    'SELECT DISTINCT l.thing_group_name FROM (SELECT unnest(listings) AS l FROM snapshots) WHERE l.missing',
  );
  expect(rows).toEqual([['fleet-moon']]);
});

it('shows a line for each listing, throttling among them, tables, and where the files are', () => {
  expect(output).toMatch(/account-wide +IN_PROGRESS +\d+ jobs +\d+ pages/);
  expect(output).toMatch(/written, [\d,]+ jobs in [\d.]+ s \(\d+ calls, \d+ of them throttled\)/);
  expect(output).toContain('How many jobs went from which status to which today and yesterday?');
  expect(output).toContain(`rm -rf`);
});

it('adds to the history when it runs again', async () => {
  const again = start();
  expect(again).toContain('This run added to what was there');
  expect(await value("SELECT count(DISTINCT snapshot_at) FROM snapshots WHERE export_name = 'all'")).toBe('16');
}, 60_000);

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { History } from '../../local/history/open.ts';
import { directoryArchive } from '../../local/verify/directory-archive.ts';
import { verify } from '../../local/verify/verify.ts';
import { loadHistory } from '../support/loaded-history.ts';
import { MINIMAL_ENVIRONMENT } from '../support/minimal-environment.ts';

const START = join(import.meta.dirname, '../../local/start.ts');
const parent = mkdtempSync(join(tmpdir(), 'start-'));
/** The command runs beside it, so that paths are as short as in a clone. */
const folder = join(parent, 'demo-history');
const RECORD = /^snapshots.*\.ndjson$/;
const options = { cwd: parent, env: MINIMAL_ENVIRONMENT };
const start = () => execFileSync(process.execPath, [START], options).toString();

let output: string;
let history: History;
beforeAll(async () => {
  output = start();
  history = await loadHistory(folder);
}, 120_000);
afterAll(() => {
  history.close();
  rmSync(parent, { recursive: true });
});

const rows = async (sql: string) => (await history.query(sql)).rows;
const value = async (sql: string) => (await rows(sql))[0]?.[0];

it('takes snapshots of four weeks that end now, of thousands of jobs, in the places of the contract', async () => {
  expect(
    await rows(
      `SELECT account_id, region, export_name, count(*) AS snapshots, count(DISTINCT dt) IN (1, 2, 28, 29),
       min(job_count) > 2000
     FROM snapshots GROUP BY ALL ORDER BY export_name`,
    ),
  ).toEqual([
    ['123456789012', 'eu-west-1', 'all', '109', true, true],
    ['123456789012', 'eu-west-1', 'fleets', '24', true, false],
  ]);
  const [first, last] = (await rows('SELECT min(snapshot_at), max(snapshot_at) FROM snapshots'))[0] ?? [];
  const daysAgo = (time: unknown) => (Date.now() - Date.parse(`${time}Z`)) / 86_400_000;
  expect(daysAgo(first)).toBeLessThan(29);
  expect(daysAgo(last)).toBeGreaterThanOrEqual(0);
  expect(daysAgo(last)).toBeLessThan(0.25);
});

it('looks at its exports as a hub does, and both report', async () => {
  expect(
    await rows('SELECT export_name, state, expected, missing_thing_groups FROM reporting ORDER BY export_name'),
  ).toEqual([
    ['all', 'REPORTING', true, []],
    ['fleets', 'REPORTING', true, ['fleet-moon']],
  ]);
});

it('writes what its records and changes say', () => {
  const verify = join(import.meta.dirname, '../../local/verify.ts');
  const stdout = execFileSync(process.execPath, [verify, folder], options).toString();
  expect(stdout).toMatch(/\n133 snapshots, [\d,]+ jobs in .*: all is well\n$/);
}, 60_000);

it('has a rollout that is stuck, one that fails, and maintenance windows that end', async () => {
  const moved = (jobs: string, from: string, to: string) =>
    value(`SELECT count(DISTINCT job_id) FROM status_changes
      WHERE export_name = 'all' AND job_id LIKE '${jobs}%' AND from_status = '${from}' AND to_status = '${to}'`);
  expect(
    await value("SELECT count(*) FROM stuck_jobs WHERE export_name = 'all' AND job_id LIKE 'fw-3-0-0-eu-wave-2%'"),
  ).toBe('6');
  expect(await moved('fw-3-0-0-eu-wave-1', 'IN_PROGRESS', 'COMPLETED')).toBe('6');
  expect(await moved('fw-3-1-0-us', 'IN_PROGRESS', 'CANCELED')).toBe('40');
  expect(await moved('config-apac-night', 'SCHEDULED', 'IN_PROGRESS')).toBe('15');
  expect(await moved('config-apac-night', 'IN_PROGRESS', 'SCHEDULED')).toBe('15');
});

it('describes the jobs in progress and those that have ended, of the export that asks for it', async () => {
  expect(
    await rows(`SELECT export_name, count(detail_count), sum(details_left_out), min(detail_count) > 200
      FROM snapshots GROUP BY 1 ORDER BY 1`),
  ).toEqual([
    ['all', '25', '0', true],
    ['fleets', '0', null, null],
  ]);
  const statuses =
    await rows(`SELECT DISTINCT d.status FROM job_details d, (SELECT max(snapshot_id) AS newest FROM snapshots
    WHERE export_name = 'all') WHERE snapshot_id = newest ORDER BY 1`);
  expect(statuses.flat()).toEqual(['CANCELED', 'COMPLETED', 'IN_PROGRESS']);
});

it('has a rollout that is about to be aborted, one that was, and one that stalls, and says so', async () => {
  const [failing] = await rows(`SELECT things_total, percent_failed, percent_to_abort FROM latest_rollouts
    WHERE job_id = 'fw-3-2-0-apac-02' AND status = 'IN_PROGRESS'`);
  expect(Number(failing?.[0])).toBe(400);
  expect(Number(failing?.[1])).toBeGreaterThan(20);
  expect(Number(failing?.[2])).toBeGreaterThan(0);
  expect(Number(failing?.[2])).toBeLessThan(10);
  expect(
    await rows(`SELECT status, reason_code, comment, canceled_things > 100 FROM latest_rollouts
      WHERE job_id = 'fw-3-2-0-apac-01'`),
  ).toEqual([['CANCELED', 'ABORT_CRITERIA_MET', '30 % of the executions failed', true]]);
  expect(
    await value(
      "SELECT count(*) FROM latest_rollouts WHERE job_id LIKE 'fw-3-0-0-eu-wave-2%' AND hours_without_progress > 150",
    ),
  ).toBe('6');
  expect(output).toMatch(/^ {2}fails {4}fw-3-2-0-apac-02: 2\d\.\d % of \d+ things failed, \d\.\d points to abort$/m);
  expect(output).toMatch(/^ {2}aborted {2}fw-3-2-0-apac-01: 30 % of the executions failed$/m);
  expect(output).toMatch(/^ {2}stalls {3}fw-3-0-0-eu-wave-2-01 and 5 more: 74 of 120 done, none for 6 days$/m);
});

it('has a gap, in which three snapshots did not come, and no other', async () => {
  // The gap may include midnight, and is then in two days.
  const gaps = 'SELECT export_name, sum(expected - arrived), max(longest_gap_minutes) / 60 FROM snapshot_health';
  expect(await rows(`${gaps} GROUP BY export_name HAVING sum(gaps) > 0`)).toEqual([['all', '3', 24]]);
});

it('has a fleet that moves besides that: jobs begin and vanish', async () => {
  const found = (condition: string) =>
    value(`WITH s AS (SELECT min(snapshot_id) AS first, max(snapshot_id) AS last FROM snapshots WHERE export_name = 'all'),
      a AS (SELECT job_id FROM jobs, s WHERE snapshot_id = first),
      b AS (SELECT job_id FROM jobs, s WHERE snapshot_id = last)
      SELECT count(*) > 100 FROM a FULL JOIN b ON a.job_id = b.job_id WHERE ${condition}`);
  expect(await found('a.job_id IS NULL')).toBe(true);
  expect(await found('b.job_id IS NULL')).toBe(true);
});

it('records the thing group that does not exist as missing', async () => {
  expect(
    await rows('SELECT DISTINCT l.thing_group_name FROM (SELECT unnest(listings) AS l FROM snapshots) WHERE l.missing'),
  ).toEqual([['fleet-moon']]);
});

it('says little, in lines of 80 columns: weeks, the newest snapshots, a small table, and last the report', () => {
  const lines = output.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(48);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(
    lines.filter((line) => /^\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d +\d+ snapshots, [\d,]+ rows$/.test(line)),
  ).toHaveLength(4);
  expect(output).toMatch(/^\d{8}T\d\d0000Z-all +2,\d{3} jobs in \d+\.\d simulated s, \d+ calls/m);
  expect(output).not.toMatch(/\d s\b/);
  expect(output).toMatch(/^How far are the rollouts\? 3\d\d rollouts in progress, \d\d % of their things done\.$/m);
  expect(output).toContain('How many jobs changed from which status to which, today and yesterday?');
  expect(lines.at(-1)).toBe('The report, for a browser: demo-history/report.html');
});

it('adds a day to the history when it runs again', async () => {
  const newest = () => value('SELECT max(snapshot_at) FROM snapshots');
  const before = String(await newest());
  const stdout = start();
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('This run added to what was there');
  expect(stdout).toContain('How far are the rollouts?');
  expect(stdout).not.toContain(' fails ');
  history.close();
  history = await loadHistory(folder);
  expect(Date.parse(String(await newest())) - Date.parse(before)).toBe(86_400_000);
  expect(await rows('SELECT export_name, count(*) FROM snapshots GROUP BY 1 ORDER BY 1')).toEqual([
    ['all', '113'],
    ['fleets', '48'],
  ]);
  expect(await rows('SELECT DISTINCT gaps FROM snapshot_health WHERE gaps > 0')).toEqual([['1']]);
}, 120_000);

it('stops at Ctrl-C with one line, and leaves no snapshot half done', async () => {
  const directory = join(parent, 'other');
  const child = spawn(process.execPath, [START, '--out', directory], options);
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const snapshots = () =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => RECORD.test(file));
  const watching = setInterval(() => {
    if (existsSync(directory) && snapshots().length >= 5) child.kill('SIGINT');
  }, 50);
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  clearInterval(watching);
  expect(err).toBe('Interrupted: the snapshot was not finished, and nothing of it was written\n');
  const findings = await Array.fromAsync(verify(directoryArchive(directory), {}));
  expect(findings.length).toBeGreaterThanOrEqual(5);
  expect(findings.length).toBeLessThan(100);
  expect(findings.flatMap((finding) => finding.problems)).toEqual([]);
}, 120_000);

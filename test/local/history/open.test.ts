import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOBS_COLUMNS, PARTITION_COLUMNS, SNAPSHOTS_COLUMNS } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES, type JobStatus } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { openDirectoryHistory } from '../../../local/directory-history.ts';
import { type History, openHistory } from '../../../local/history/open.ts';
import { renderTable } from '../../../local/history/render.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const AT = Date.parse('2026-11-23T18:00:00Z');
let directory: string;
let history: History | undefined;

beforeEach(() => {
  // A name with all that a path may have and a glob or SQL would take for something else.
  directory = mkdtempSync(join(tmpdir(), "history ['1'] "));
});
afterEach(() => {
  history?.close();
  history = undefined;
  rmSync(directory, { recursive: true });
});

async function write(exportName: string, scheduledAt: number, jobs: Partial<Record<JobStatus, string[]>>) {
  const where = { accountId: '001234567890', region: 'eu-west-1', exportName, scheduledAt };
  const source = new ScriptedSource(({ status }) => page(jobs[status] ?? [], undefined, status));
  const ports = { clock: new FakeClock(scheduledAt + 1500), source, ...(await openDirectoryHistory(directory)) };
  await exportSnapshot(
    { ...where, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] },
    ports,
    Number.POSITIVE_INFINITY,
  );
}

async function query(sql: string) {
  history ??= await openHistory(directory);
  return await history.query(sql);
}
const rows = async (sql: string) => (await query(sql)).rows;

test('both tables have the columns of the contract, in their order, whether there are files or not', async () => {
  const expected = (columns: readonly { name: string }[]) => [...columns, ...PARTITION_COLUMNS].map(({ name }) => name);
  const types = async () => [await query('FROM (DESCRIBE jobs)'), await query('FROM (DESCRIBE snapshots)')];
  const without = await types();
  expect(without[0]?.rows.map(([name]) => name)).toEqual(expected(JOBS_COLUMNS));
  expect(without[1]?.rows.map(([name]) => name)).toEqual(expected(SNAPSHOTS_COLUMNS));
  expect(await rows('SELECT count(*) FROM jobs, snapshots')).toEqual([['0']]);
  history?.close();
  history = undefined;
  await write('all', AT, { COMPLETED: ['a'] });
  expect(await types()).toEqual(without);
});

test('what the core wrote is read with its types: times, nulls, structs, and partitions as text', async () => {
  await write('all', AT, { SCHEDULED: ['a'], COMPLETED: ['b', 'c'] });
  expect(
    await rows(
      'SELECT job_id, status, thing_group_name, snapshot_at, account_id, export_name, dt FROM jobs ORDER BY 1',
    ),
  ).toEqual(
    [
      ['a', 'SCHEDULED'],
      ['b', 'COMPLETED'],
      ['c', 'COMPLETED'],
    ].map((job) => [...job, null, '2026-11-23 18:00:00', '001234567890', 'all', '2026-11-23']),
  );
  expect(await rows('SELECT started_at, job_count, listings[3].job_count, listings[1].missing FROM snapshots')).toEqual(
    [['2026-11-23 18:00:01.5', '3', '2', false]],
  );
});

test('a snapshot without a job is a record of zeros and no rows, beside others or alone', async () => {
  await write('all', AT, {});
  expect(await rows('SELECT (SELECT count(*) FROM jobs), job_count FROM snapshots')).toEqual([['0', '0']]);
  await write('all', AT + 3_600_000, { COMPLETED: ['a'] });
  expect(await rows('SELECT (SELECT count(*) FROM jobs), sum(job_count) FROM snapshots')).toEqual([['1', '1']]);
});

test('files that are none of the history are not read', async () => {
  await write('all', AT, { COMPLETED: ['a'] });
  writeFileSync(join(directory, 'jobs', '.DS_Store'), 'x');
  const day = join(directory, 'jobs/account_id=001234567890/region=eu-west-1/export_name=all/dt=2026-11-23');
  mkdirSync(day, { recursive: true });
  writeFileSync(join(day, 'notes.txt'), 'x');
  expect(await rows('SELECT count(*) FROM jobs')).toEqual([['1']]);
});

test('a result is a table: numbers to the right, null as NULL, lists as JSON, nothing cut', async () => {
  const long = 'a text with words that is longer than twenty characters';
  const table = renderTable(
    await query(`SELECT '${long}' AS what, 7 AS n, NULL AS nothing, [1, 2] AS list
    UNION ALL SELECT 'b', 1234, NULL, []`),
  );
  expect(table).toContain(long);
  expect(table).toMatch(/│ +7 │ +NULL │ \[1,2\] │/);
  expect(table).toMatch(/│ 1234 │/);
  expect(table).not.toContain('\u001b');
});

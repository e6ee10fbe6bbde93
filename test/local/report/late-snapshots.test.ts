import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { Combination } from '../../../local/report/model.ts';
import { statementOf } from '../../../local/report/report-query.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { takeSnapshot, WHERE } from '../../sql/snapshots.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { job } from '../../support/scripted-source.ts';

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'late-'));
  const take = (at: string, count: number, more = {}) => {
    const jobs = Array.from({ length: count }, (_, i) => job(`job-${i}`, { status: 'IN_PROGRESS' }));
    return takeSnapshot({ directory, at, jobs, statuses: ['IN_PROGRESS'], ...more });
  };
  await take('2026-11-22T09:00Z', 1);
  await take('2026-11-22T21:00Z', 2);
  await take('2026-11-23T09:00Z', 3);
  // A replay of the last snapshot of the day before, which sees what is twelve hours later.
  await take('2026-11-22T23:00Z', 9, { startedAt: '2026-11-23T11:00Z' });
});
afterEach(() => rmSync(directory, { recursive: true }));

test('counts belong to their times: a replay, which counts what was later, is left out and named', async () => {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: {} };
  const { combinations } = await buildReport({ place: directory, ...props });
  const { counts, snapshotCount } = combinations[0] as Combination;
  expect(snapshotCount).toBe(4);
  expect(counts.at).toEqual(['2026-11-22 09:00:00', '2026-11-22 21:00:00', '2026-11-23 09:00:00']);
  expect(counts.series.map(({ values }) => values)).toEqual([[1, 2, 3]]);
  expect(counts.restsOn).toContain('4 snapshots');
  expect(counts.restsOn).toMatch(/; without 1 snapshot, taken when a later one existed \(.*unlinked_snapshots\)$/);
}, 30_000);

test('the newest snapshot of days that are requested is the last one that was taken at its time', async () => {
  const selection = { to: '2026-11-22' };
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection };
  const { newestAt, inProgress, counts } = (await buildReport({ place: directory, ...props }))
    .combinations[0] as Combination;
  expect([newestAt, inProgress.answer.rows.length, counts.at.at(-1)]).toEqual([
    '2026-11-22 21:00:00',
    2,
    '2026-11-22 21:00:00',
  ]);
}, 30_000);

test('the last snapshot of a day is the last one that was taken at its time', async () => {
  const { accountId, region } = WHERE;
  const where = { account_id: accountId, region, export_name: 'all' };
  const history = await loadHistory(directory, '2026-11-23');
  try {
    const sql = statementOf('counts-by-day', { ...where, from: '2026-11-22', to: '2026-11-23' });
    const { rows } = await history.query(sql);
    expect(rows.map(([at, , , count]) => `${at} ${count}`)).toEqual(['2026-11-22 21:00:00 2', '2026-11-23 09:00:00 3']);
  } finally {
    history.close();
  }
}, 30_000);

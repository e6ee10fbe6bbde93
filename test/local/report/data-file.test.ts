import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROWS } from '../../../local/report/data/columns.ts';
import type { ExportData, ReportData } from '../../../local/report/data/model.ts';
import { reportData } from '../../../local/report/data/report-data.ts';
import type { Combination, Section } from '../../../local/report/model.ts';
import { SECTION_TITLES } from '../../../local/report/page/base/section-titles.ts';
import { REPORTING, writeHealth } from '../../support/health-rows.ts';
import { reportIn, runReport } from '../../support/report-command.ts';
import { AT, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';
import { reportWith, wellCombination } from '../../support/report-model.ts';
import { writeRollouts } from '../../support/rollouts-history.ts';
import { writeMovingHistory } from '../../support/simulated-history.ts';

let directory: string;
let page: string;
let file: string;

beforeEach(() => {
  directory = newDirectory();
  page = join(directory, 'page.html');
  file = join(directory, 'page.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const dataIn = (path: string): ReportData => JSON.parse(readFileSync(path, 'utf8'));
const combinationIn = (path: string) => reportIn(readFileSync(path, 'utf8')).combinations[0] as Combination;

function onlyExport(path: string): ExportData {
  const [one] = dataIn(path).exports;
  if (!one) throw new Error('There is no export');
  return one;
}

test('a dashboard reads from it what the page shows: counts now, what moved, and the jobs in progress', async () => {
  await writeMovingHistory({
    directory,
    from: AT - 29 * HOUR_MS,
    hours: 30,
    places: [{ accountId: '123456789012', region: 'eu-west-1' }],
  });
  const { code, stdout } = await runReport([directory, '--out', page, '--data']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/page\.html, [\d,]+ kB\n.*page\.json, [\d,]+ kB\n$/)]);
  const { schemaVersion, place, writtenAt, reporting } = dataIn(file);

  expect([schemaVersion, place]).toEqual([1, directory]);
  expect(new Date(writtenAt).toISOString().slice(0, 19)).toBe(writtenAt.slice(0, 19));
  expect(reporting).toEqual({ notKnown: expect.stringContaining('no look at the exports'), exports: null });
  const shown = combinationIn(page);
  const one = onlyExport(file);
  const now = one.counts.series.map(({ status, values }) => [status, values.at(-1)]);
  expect(now).toEqual(shown.counts.series.map(({ status, values }) => [status, values.at(-1)]));
  expect(one.counts.at.at(-1)).toBe('2026-11-23T18:00:00Z');
  const sumOf = (rows: readonly object[], name: string) =>
    rows.reduce((sum, row) => sum + Number(row[name as keyof typeof row] ?? 0), 0);
  const { columns, rows } = shown.moved.answer;
  expect(sumOf(one.moved, 'created')).toBe(
    rows.reduce((sum, row) => sum + Number(row[columns.indexOf('created')] ?? 0), 0),
  );
  expect(sumOf(one.moved, 'created')).toBeGreaterThan(0);
  expect(one.overdue.jobs.map(({ job_id }) => job_id)).toEqual(shown.inProgress.answer.rows.map(([id]) => id));
  expect(one.overdue.inProgressCount).toBe(one.overdue.jobs.length);
  expect([one.overdue.boundHours, one.overdue.boundJobs]).toEqual([shown.overdueBound.hours, shown.overdueBound.jobs]);
  expect(one.verdict).toMatchObject({ at: expect.stringMatching(/Z$/), state: 'NEEDS_SOMEBODY', freshness: 'STALE' });
  expect(one.verdict.headline).toMatch(/^Stale: the newest snapshot is \d+ \w+ old/);
  expect(one.overdue.jobs[0]?.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('how far rollouts are is in it, each with its own times', async () => {
  await writeRollouts(directory);
  await runReport([directory, '--out', page, '--data', file]);
  const { rollouts } = onlyExport(file);
  const shown = combinationIn(page).rollouts;
  expect(rollouts?.describedCount).toBe(shown?.described);
  expect(rollouts?.jobs.map(({ job_id }) => job_id)).toEqual(shown?.answer.rows.map(([id]) => id));
  expect(rollouts?.jobs.some(({ things_total }) => Number(things_total) > 0)).toBe(true);
  for (const { at, done, failed } of rollouts?.overTime ?? []) {
    expect([done.length, failed.length]).toEqual([at.length, at.length]);
    expect(at).toEqual([...at].sort());
  }
  expect(rollouts?.overTime.map(({ jobId }) => jobId)).toEqual(shown?.overTime.series.map(({ jobId }) => jobId));
});

test('each row has the columns of its question, all that are no totals', async () => {
  await writeRollouts(directory);
  const thingGroups = ['fleet-eu'];
  await writeSnapshot({ directory, scheduledAt: AT, exportName: 'groups', thingGroups, jobs: () => [] });
  writeHealth(directory, [REPORTING]);
  await runReport([directory, '--out', page]);
  const { combinations, reporting } = reportIn(readFileSync(page, 'utf8'));
  const one = combinations.find(({ rollouts }) => rollouts) as Combination;
  const { groups } = combinations.find((other) => other.groups) as Combination;
  const sections: Record<string, Section | null | undefined> = {
    'recent[]': one.recent,
    'rollouts.jobs[]': one.rollouts,
    'overdue.jobs[]': one.inProgress,
    'overdue.byDay[]': one.overdueByDay,
    'groups[]': groups,
    'moved[]': one.moved,
    'flows[]': one.flows,
    'durations[]': one.durations,
    'vanished.byDay[]': one.vanishedByDay,
    'vanished.jobs[]': one.vanished,
    'purged.jobs[]': one.purgedSoon,
    'snapshots.byDay[]': one.snapshots,
    'snapshots.missingGroups[]': one.missingGroups,
    'reporting.exports[]': 'answer' in reporting ? reporting : undefined,
  };
  for (const [name, columns] of Object.entries(ROWS)) {
    const wanted = Object.keys(columns);
    const there = sections[name]?.answer.columns.filter((column) => wanted.includes(column) || !isTotal(column));
    expect([name, there?.sort()]).toEqual([name, wanted.sort()]);
  }
});

/** Counts of all rows, which are in each row. */
function isTotal(column: string): boolean {
  return column === 'jobs' || /_jobs$/.test(column) || column === 'jobs_by_end';
}

test('what is not known is null, and no number', async () => {
  await writeSnapshot({
    directory,
    scheduledAt: AT,
    jobs: (_, status) => (status === 'IN_PROGRESS' ? [jobOfAge('a', status, 9)] : []),
  });
  const rows = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((one) => /^jobs.*gz$/.test(one));
  rmSync(join(directory, rows ?? ''));
  await runReport([directory, '--out', page, '--data']);
  const { hasNewestRows, overdue, purged, rollouts, groups, moved } = onlyExport(file);
  expect([hasNewestRows, overdue.inProgressCount, purged.jobCount, rollouts, groups]).toEqual([
    false,
    null,
    null,
    null,
    null,
  ]);
  expect(moved[0]).toMatchObject({ dt: '2026-11-23', created: null });
});

test('what is overdue is not known without a bound, and what may be purged where it is not listed', () => {
  const listedStatuses = ['SCHEDULED', 'IN_PROGRESS'];
  const overdueBound = { ...wellCombination().overdueBound, hours: null };
  const [one] = reportData(reportWith([wellCombination({ overdueBound, listedStatuses })]), AT).exports;
  expect([one?.overdue.inProgressCount, one?.overdue.overdueCount, one?.overdue.mayBeOverdueCount]).toEqual([
    52,
    null,
    null,
  ]);
  expect([one?.overdue.continuousCount, one?.purged.jobCount]).toEqual([3, null]);
  const [other] = reportData(reportWith([wellCombination()]), AT).exports;
  expect([other?.overdue.overdueCount, other?.purged.jobCount]).toEqual([0, 0]);
});

test('an empty history has no export', async () => {
  await runReport([directory, '--out', page, '--data']);
  expect(dataIn(file).exports).toEqual([]);
});

test.each([
  ['the page itself', () => page, 2, /--data and --out are the same file/],
  ['a file below a file', () => join(directory, 'file', 'x.json'), 4, /The numbers cannot be written .*--data\n$/],
  ['a directory', () => join(directory, 'folder'), 4, /The numbers cannot be written .*--data\n$/],
])('%s is refused for the numbers, and the page stays as it was', async (_, at, exitCode, message) => {
  writeFileSync(page, 'the page before');
  writeFileSync(join(directory, 'file'), '');
  mkdirSync(join(directory, 'folder'));
  const { code, stderr } = await runReport([directory, '--out', page, '--data', at()]);
  expect([code, stderr]).toEqual([exitCode, expect.stringMatching(message)]);
  expect(readFileSync(page, 'utf8')).toBe('the page before');
  expect(readdirSync(directory).sort()).toEqual(['file', 'folder', 'page.html']);
});

test('docs/report.md describes every field and every column as it is', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/report.md'), 'utf8');
  for (const [name, columns] of Object.entries(ROWS)) {
    const table = docs.split(`#### \`${name}\`\n`)[1]?.split('\n#')[0] ?? '';
    const wanted = Object.entries(columns).map(([column, { type, comment }]) => `| ${column} | ${type} | ${comment} |`);
    expect([name, table.split('\n').filter((line) => /^\| [a-z]/.test(line))]).toEqual([
      name,
      ['| column | | |', ...wanted],
    ]);
  }
});

test('docs/report.md lists the sections of the page in their order', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/report.md'), 'utf8');
  const [, table = ''] = docs.split('| section | |\n|---|---|\n');
  const listed = (table.split('\n\n')[0] ?? '').split('\n').map((row) => row.split(' | ')[0]?.slice('| '.length));
  expect(listed).toEqual(Object.keys(SECTION_TITLES));
});

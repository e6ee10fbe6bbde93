import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { History } from '../../../local/history/open.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { ReportSelection } from '../../../local/report/find-snapshots.ts';
import type { Combination, Report, Section } from '../../../local/report/model.ts';
import { statementOf } from '../../../local/report/report-query.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { readReportQueries } from '../../../sql/catalog.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { writeMovingHistory } from '../../support/simulated-history.ts';

const FROM = Date.parse('2026-11-20T10:00:00Z');
const HOURS = 80;
const PLACES = [
  { accountId: '111111111111', region: 'us-east-1' },
  { accountId: '222222222222', region: 'eu-west-1' },
];
const directory = mkdtempSync(join(tmpdir(), 'numbers-'));
let history: History;
/** Of all that is there. */
let report: Report;

beforeAll(async () => {
  await writeMovingHistory({ directory, from: FROM, hours: HOURS, places: PLACES });
  history = await loadHistory(directory);
  report = await build();
}, 180_000);
afterAll(() => {
  history.close();
  rmSync(directory, { recursive: true });
});

async function build(selection: ReportSelection = {}): Promise<Report> {
  const [archive, files] = [directoryArchive(directory), filesOfDirectory(directory)];
  return await buildReport({ place: directory, archive, files, selection });
}

const text = (cell: unknown): string =>
  Array.isArray(cell) ? cell.join(', ') : String(cell ?? '').replace(/(\d\d:\d\d:\d\d)\.\d+$/, '$1');
const lines = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map(text).join(' | ')).sort();

function sectionsOf(combination: Combination): [name: string, section: Section][] {
  return Object.entries(combination).flatMap(([name, value]) => (isSection(value) ? [[name, value]] : []));
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && 'answer' in value && 'sql' in value;
}

/** Runs the page's own statements on the views over the raw files; the ARN is only for links and is omitted. */
async function expectAnswers(history: History, combination: Combination) {
  for (const [name, { sql, answer }] of sectionsOf(combination)) {
    const { columns, rows } = await history.query(sql);
    const arn = columns.findIndex((column) => column.name === 'job_arn');
    const expected = rows.map((row) => row.filter((_, i) => i !== arn));
    expect([name, lines(answer.rows)]).toEqual([name, lines(expected)]);
  }
}

test('every number equals the answer of the views over the files, for each export, account and Region', async () => {
  const { combinations } = report;
  expect(combinations.map(({ exportName, accountId }) => `${exportName} ${accountId}`)).toEqual([
    'all 111111111111',
    'all 222222222222',
    'fleets 111111111111',
    'fleets 222222222222',
  ]);
  for (const combination of combinations) await expectAnswers(history, combination);
  expect(combinations.every(({ moved }) => moved.answer.rows.length === 4)).toBe(true);
  expect(
    combinations.every(({ flows, vanished }) => flows.answer.rows.length > 2 && vanished.answer.rows.length > 2),
  ).toBe(true);
}, 120_000);

test('counts are those of the records, with the places where snapshots are missing', async () => {
  const { combinations } = await build({ exportName: 'all', accountId: '111111111111' });
  const { counts } = combinations[0] as Combination;
  const { rows } = await history.query(counts.sql);
  const shown = counts.series.flatMap(({ scope, status, values }) =>
    values.flatMap((value, i) => (value === null ? [] : [[counts.at[i], scope, status, value, false]])),
  );
  expect(lines(shown)).toEqual(lines(rows));
  expect(counts.gapsAfter.map((i) => [counts.at[i], counts.at[i + 1]])).toEqual([
    ['2026-11-20 14:00:00', '2026-11-20 16:00:00'],
    ['2026-11-20 17:00:00', '2026-11-20 19:00:00'],
  ]);
});

test('a thing group that does not exist has no count, rather than none', async () => {
  const { combinations } = await build({ exportName: 'fleets', region: 'eu-west-1' });
  const { counts, missingGroups } = combinations[0] as Combination;
  const moon = counts.series.filter(({ scope }) => scope === 'fleet-moon');
  expect(new Set(moon.flatMap(({ values }) => values))).toEqual(new Set([null]));
  expect(missingGroups.answer.rows.map(([scope]) => scope)).toEqual(['fleet-moon']);
});

test('with requested days, the day before them is looked at and not shown', async () => {
  const { combinations } = await build({ from: '2026-11-21', to: '2026-11-22', exportName: 'all' });
  const history = await loadHistory(directory, '2026-11-22');
  for (const combination of combinations) {
    expect([combination.from, combination.to, combination.counts.at[0]]).toEqual([
      '2026-11-21',
      '2026-11-22',
      '2026-11-21 00:00:00',
    ]);
    await expectAnswers(history, combination);
    expect(combination.moved.answer.rows.map(([dt]) => dt)).toEqual(['2026-11-21', '2026-11-22']);
  }
  history.close();
}, 60_000);

test('the percentiles of rollouts are nearest ranks of the hours that the view has', async () => {
  for (const { durations, exportName, accountId } of report.combinations) {
    const { rows } = await history.query(`SELECT CAST(CAST(date_trunc('week', completed_at) AS date) AS varchar),
      hours_to_complete FROM rollouts WHERE hours_to_complete IS NOT NULL AND export_name = '${exportName}'
      AND account_id = '${accountId}' ORDER BY hours_to_complete`);
    const weeks = [...Map.groupBy(rows, ([week]) => week)].map(([week, of]) => {
      const rank = (share: number) => Number(of[Math.ceil(share * of.length) - 1]?.[1]).toFixed(2);
      return [week, of.length, rank(0.5), rank(0.9), rank(0.95)];
    });
    expect(weeks.length).toBeGreaterThan(0);
    const place = (name: string) => durations.answer.columns.indexOf(name);
    const shown = durations.answer.rows.map((row) => [
      ...['week', 'jobs'].map((name) => row[place(name)] ?? null),
      ...['p50_hours', 'p90_hours', 'p95_hours'].map((name) => Number(row[place(name)]).toFixed(2)),
    ]);
    expect(lines(shown)).toEqual(lines(weeks));
  }
}, 60_000);

test('a placeholder without a value is an error, and quotes in a value stay text', () => {
  expect(() => statementOf('flows', {})).toThrow('sql/report/flows.sql has :from, which has no value');
  const all = { from: "a'b", to: 'b', account_id: 'c', region: 'd', export_name: 'e' };
  expect(statementOf('flows', all)).toContain("BETWEEN 'a''b' AND 'b'");
});

test('every query of the report bounds the days and names the export, account and Region, as literals', () => {
  for (const { name, sql } of readReportQueries()) {
    expect([name, sql]).toEqual([
      name,
      expect.stringMatching(/dt (BETWEEN :(vanished_|bound_|recent_|overdue_)?from AND :to|= :(newest|described)_dt)/),
    ]);
    for (const word of ['account_id', 'region', 'export_name']) expect(sql).toContain(`${word} = :${word}`);
    expect(sql).not.toContain('current_date');
  }
});

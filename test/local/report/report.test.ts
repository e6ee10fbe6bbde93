import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistory } from '../../../local/history/open.ts';
import { reportHtml } from '../../../local/report/html.ts';
import type { Combination, Report } from '../../../local/report/model.ts';
import { writeMovingHistory } from '../../support/moving-history.ts';

const ROOT = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'report-'));
const page = join(directory, 'report.html');
const WHERE = { accountId: '123456789012', region: 'eu-west-1' };
let html: string;
let all: Combination;

beforeAll(async () => {
  await writeMovingHistory({ directory, from: Date.parse('2026-11-22T10:00:00Z'), hours: 30, places: [WHERE] });
  execFileSync(process.execPath, ['local/report.ts', directory, '--out', page], { cwd: ROOT, stdio: 'pipe' });
  html = readFileSync(page, 'utf8');
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  all = (JSON.parse(data) as Report).combinations.find(({ exportName }) => exportName === 'all') as Combination;
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true }));

const ofAll = async (sql: string) => {
  const history = await openHistory(directory);
  try {
    return (await history.query(sql)).rows;
  } finally {
    history.close();
  }
};

test('the page loads nothing, and its policy lets nothing be loaded', () => {
  expect(html).not.toMatch(/<(script|img|iframe|source)[^>]*\ssrc=|<link[^>]*href="(?!data:)|@import|url\(http/i);
  expect(html).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
});

test('the counts of the page are those of job_counts', async () => {
  const newest = await ofAll(`SELECT status, job_count FROM job_counts
    WHERE export_name = 'all' AND snapshot_id = '${all.newestSnapshot}' ORDER BY status`);
  const shown = all.counts.series
    .map(({ status, values }) => [status, values.at(-1)] as const)
    .filter(([, count]) => count !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  expect(shown.map(([status, count]) => [status, String(count)])).toEqual(newest.map((row) => row.map(String)));
});

test('the flows of the page are as many changes as status_changes has', async () => {
  const [[changes] = []] = await ofAll("SELECT count(*) FROM status_changes WHERE export_name = 'all'");
  const jobs = all.flows.answer.columns.indexOf('jobs');
  const shown = all.flows.answer.rows.reduce((sum, row) => sum + Number(row[jobs]), 0);
  expect(shown).toBeGreaterThan(20);
  expect(shown).toBe(Number(changes));
});

test('whatever a job or a group is called stays text', () => {
  const report = { place: '</title><script>alert(1)</script>', writtenAt: '', combinations: [] };
  const text = reportHtml(report, { script: '', style: '' });
  expect(text.match(/<script/g)).toHaveLength(2);
  expect(text).toContain('&lt;/title&gt;');
});

test('a directory without a history is refused in a line', () => {
  const empty = mkdtempSync(join(tmpdir(), 'report-'));
  const run = () =>
    execFileSync(process.execPath, ['local/report.ts', join(empty, 'none')], { cwd: ROOT, stdio: 'pipe' });
  expect(run).toThrow(/none/);
  rmSync(empty, { recursive: true });
});

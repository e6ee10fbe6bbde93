import assert from 'node:assert/strict';
import type { Cell, Report } from '../../../local/report/model.ts';
import type { Changeable } from '../changed-report.ts';
import type { Opened } from '../chromium.ts';
import { shownRows } from '../table-text.ts';
import { type Check, cells, onChangedPage, section } from './check.ts';

const STATES = ['OVERDUE', 'MAY_BE_OVERDUE', 'IN_TIME', 'CONTINUOUS', 'CONTINUOUS', 'CONTINUOUS'];
const ID = '=cmd()-is-what-a-spreadsheet-would-run';

export const OVERDUE: readonly Check[] = [
  {
    name: 'overdue jobs are first and told by what, continuous ones are apart and folded',
    run: onChangedPage('one job', withStates, tellsOverdue),
  },
  {
    name: 'overdue jobs by day are a line that is interrupted where they are not known',
    run: onChangedPage('one job', withDays, drawsDays),
  },
  { name: 'a job named as a formula is saved as text', run: onChangedPage('one job', withStates, savesText) },
];

/** A job in each state, whose numbers are those that make it so. */
function withStates({ combinations: [combination] }: Changeable<Report>): void {
  if (!combination) throw new Error('the page has no export');
  Object.assign(combination.overdueBound, { hours: 38.7, jobs: 1234, from: '2026-09-01' });
  combination.listedStatuses = ['IN_PROGRESS', 'COMPLETED'];
  const totals = { jobs: 6, overdue_jobs: 1, may_be_overdue_jobs: 1, continuous_jobs: 3, unknown_jobs: 0 };
  const { columns } = combination.inProgress.answer;
  combination.inProgress.answer.rows = STATES.map((state, i): Cell[] => {
    const row: Record<string, Cell> = {
      ...totals,
      job_id: i === 2 ? ID : `job-${i}`,
      state,
      days_in_progress: 9 - i,
      in_progress_since: `2026-11-${14 + i} 18:00:00`,
      last_updated_at: '2026-11-23 17:00:00',
      created_at: `2026-11-${14 + i} 12:00:00`,
      target_selection: state === 'CONTINUOUS' ? state : 'SNAPSHOT',
      scopes: 'account-wide',
    };
    return columns.map((name) => row[name] ?? null);
  }) as Changeable<Cell>[][];
}

/** The 17th is not known, the 18th has no snapshot. */
function withDays(report: Changeable<Report>): void {
  withStates(report);
  const [combination] = report.combinations;
  if (combination)
    combination.overdueByDay.answer.rows = [
      ['2026-11-15', 0],
      ['2026-11-16', 2],
      ['2026-11-17', null],
      ['2026-11-19', 3],
      ['2026-11-20', 4],
    ];
}

async function drawsDays({ page }: Opened): Promise<void> {
  const chart = section(page, 'overdue').locator('.chart');
  assert.match((await chart.getAttribute('aria-label')) ?? '', /^overdue at the last snapshot of each day: 4 at the /);
  const line = await chart.locator('path[stroke-width="1.8"]').getAttribute('d');
  assert.equal(line?.match(/M/g)?.length, 2, `the line has no gap: ${line}`);
  const statuses: (string | null)[] = [];
  await chart.focus();
  await page.keyboard.press('Home');
  for (let day = 0; day < 5; day++) {
    statuses.push(await chart.getByRole('status').textContent());
    await page.keyboard.press('ArrowRight');
  }
  const name = 'overdue at the last snapshot of each day';
  assert.deepEqual(
    statuses,
    ['0', '2', 'not known', 'not known', '3'].map((value, i) => `2026-11-${15 + i}: ${name} ${value}`),
  );
}

async function tellsOverdue({ page }: Opened): Promise<void> {
  const overdue = section(page, 'overdue');
  assert.match(
    (await overdue.locator('.lede').textContent())?.replaceAll('\u2011', '-') ?? '',
    /^1 of the 3 jobs in progress at .* is overdue: in progress for longer than 99 of 100 of the 1,234 jobs completed since 2026-09-01 took, 38\.7 h\. 1 may be: /,
  );
  const table = overdue.locator(':scope > .table');
  assert.deepEqual(await cells(table, 1), ['overdue', 'may be overdue', 'in time']);
  // The shape marks what needs attention, not the colour alone.
  assert.deepEqual(
    await table
      .locator('tbody .state')
      .evaluateAll((all) => all.map((one) => one.querySelector('svg')?.getAttribute('class') ?? 'none')),
    ['icon icon-bad', 'icon icon-unknown', 'none'],
  );
  assert.equal(await table.locator('th[aria-sort="ascending"] .heading').textContent(), 'state');
  assert.match((await table.locator('.table-status').textContent()) ?? '', /^3 jobs; sorted by state, worst first$/);
  assert.match((await table.locator('.same').textContent()) ?? '', /^All 3: .*target selection SNAPSHOT/);
  await table.getByLabel('state').selectOption({ label: 'may be overdue' });
  assert.deepEqual(await cells(table, 0), ['job-1']);
  const continuous = overdue.locator('details', { hasText: 'Continuous jobs, which stay in progress: 3' });
  assert.equal(await continuous.getAttribute('open'), null);
  await continuous.locator('summary').click();
  await continuous.locator('.table').waitFor();
  assert.deepEqual(
    (await shownRows(continuous.locator('.table'))).map(([id, state]) => [id, state]),
    [3, 4, 5].map((i) => [`job-${i}`, 'continuous']),
  );
}

async function savesText({ page }: Opened): Promise<void> {
  const table = section(page, 'overdue').locator(':scope > .table');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    table.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^all-123456789012-eu-west-1-overdue-2026-11-23\.csv$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString('utf8').split('\r\n');
  assert.equal(lines.length, 5);
  assert.equal(
    lines[3],
    `'${ID},IN_TIME,7,2026-11-16 18:00:00,2026-11-16 12:00:00,2026-11-23 17:00:00,SNAPSHOT,account-wide`,
  );
}

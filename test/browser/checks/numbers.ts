import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { openHistory } from '../../../local/history/open.ts';
import type { Section } from '../../../local/report/model.ts';
import { toWords } from '../../../local/report/page/base/format.ts';
import { STATES as OVERDUE_STATES } from '../../../local/report/page/sections/overdue-text.ts';
import { type Opened, openFile } from '../chromium.ts';
import type { HistoryName, Written } from '../histories.ts';
import { asShown, shownRows } from '../table-text.ts';
import { type Check, numbersOf, onPage, section } from './check.ts';

export const NUMBERS: readonly Check[] = [
  { name: 'the numbers of every table equal the answers of the views over the files', run: numbersEqual },
  { name: 'rollouts: the numbers of their table equal the answer of the view over the files', run: rolloutsEqual },
  { name: 'the exports that report, and those that do not, are those of the view', run: reportingEquals },
  { name: 'without a look it is not known who reports', run: onPage('one job', knowsNoLook) },
];

async function numbersEqual(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void> {
  const { directory, file, report } = histories.get('moving') as Written;
  const history = await openHistory(directory);
  const { page, complaints } = await openFile(context, file);
  try {
    for (const [index, combination] of report.combinations.entries()) {
      await page.locator('.which select').selectOption(String(index));
      const answer = async ({ sql }: Pick<Section, 'sql'>, columns: readonly string[]) => {
        const { columns: names, rows } = await history.query(sql);
        const places = columns.map((name) => names.findIndex((one) => one.name === name));
        return rows.map((row) => places.map((place) => asShown(row[place])));
      };
      const snapshots = ['dt', 'expected', 'arrived', 'failed', 'late', 'missing_groups'];
      const moved = ['dt', 'created', 'started', 'completed', 'canceled', 'being_deleted'];
      const weeks = [
        'week',
        'jobs',
        'least_hours',
        ...[5, 25, 50, 75, 90, 95].map((n) => `p${String(n).padStart(2, '0')}_hours`),
        'most_hours',
      ];
      const inProgress = [
        ...['job_id', 'state', 'days_in_progress', 'in_progress_since', 'created_at', 'last_updated_at'],
        ...['target_selection', 'scopes'],
      ];
      const vanished = [
        'job_id',
        'missed_at',
        'last_seen_at',
        'last_status',
        'reason',
        'target_selection',
        'created_at',
      ];
      // A day or a week that is known in part is labelled so.
      const ofDays = (rows: readonly string[][]) =>
        rows.map(([day = '', ...row]) => [day.replace(/ (from|until) [\d :-]+UTC/g, ''), ...row]);
      assert.deepEqual(ofDays(await shownRows(await numbersOf(page, 'moved'))), await answer(combination.moved, moved));
      assert.deepEqual(
        await shownRows(await numbersOf(page, 'flows')),
        await answer(combination.flows, ['from_status', 'to_status', 'jobs']),
      );
      assert.deepEqual(
        ofDays(await shownRows(await numbersOf(page, 'durations'))),
        await answer(combination.durations, weeks),
      );
      assert.deepEqual(
        await shownRows(await numbersOf(page, 'snapshots')),
        await answer(combination.snapshots, snapshots),
      );
      const table = (id: string) => section(page, id).locator(':scope > .table');
      const jobs = await answer(combination.inProgress, inProgress);
      const isContinuous = ([, state]: readonly string[]) => state === 'CONTINUOUS';
      const inWords = (rows: readonly string[][]) =>
        rows.map(([id, state, ...row]) => [id, OVERDUE_STATES[state ?? ''], ...row]);
      assert.deepEqual(await shownRows(table('overdue')), inWords(jobs.filter((row) => !isContinuous(row))));
      const continuous = section(page, 'overdue').locator('details', { hasText: 'Continuous jobs' });
      await continuous.locator('summary').click();
      await continuous.locator('.table').waitFor();
      assert.deepEqual(await shownRows(continuous.locator('.table')), inWords(jobs.filter(isContinuous)));
      assert.deepEqual(await shownRows(table('vanished')), await answer(combination.vanished, vanished));
      const counted = (await answer(combination.counts, ['snapshot_at', 'scope', 'status', 'job_count', 'missing']))
        .filter((row) => row[4] === 'false')
        .map((row) => Number(row[3]));
      const shown = (await shownRows(await numbersOf(page, 'counts'))).flatMap((row) => row.slice(2));
      const numbers = shown.filter((cell) => cell !== '–').map(Number);
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        counted.sort((a, b) => a - b),
      );
    }
    assert.deepEqual(complaints, []);
  } finally {
    history.close();
    await page.close();
  }
}

async function reportingEquals(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void> {
  const { directory, file, report } = histories.get('moving') as Written;
  const history = await openHistory(directory);
  const { page, complaints } = await openFile(context, file);
  try {
    const { sql } = report.reporting as Section;
    const columns =
      'state, account_id, region, export_name, reporting_since, newest_snapshot_at, late_since, hours_late';
    const { rows } = await history.query(`SELECT ${columns} FROM (${sql})`);
    const shown = await shownRows(section(page, 'reporting').locator(':scope > .table'));
    assert.deepEqual(
      shown.map((row) => row.slice(0, 8)),
      rows.map(([state, ...row]) => [toWords(String(state)), ...row.map(asShown)]),
    );
    assert.match(
      (await section(page, 'reporting').locator('.lede').textContent()) ?? '',
      /Silent: all in 333333333333/,
    );
    assert.deepEqual(complaints, []);
  } finally {
    history.close();
    await page.close();
  }
}

async function knowsNoLook({ page }: Opened): Promise<void> {
  const reporting = section(page, 'reporting');
  const lede = await reporting.locator('.lede').textContent();
  assert.equal(lede, 'Not known: no look at the exports is in this history.');
  assert.equal(await reporting.locator('.table').count(), 0);
}

async function rolloutsEqual(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void> {
  const { directory, file, report } = histories.get('rollouts') as Written;
  const history = await openHistory(directory);
  const { page } = await openFile(context, file);
  try {
    const { columns, rows } = await history.query(report.combinations[0]?.rollouts?.sql ?? '');
    const names =
      `job_id status things_total things_done succeeded_things failed_things rejected_things timed_out_things
      canceled_things removed_things in_progress_things queued_things things_executed percent_failed abort_criteria_count percent_to_abort
      things_per_hour expected_end hours_without_progress described_at`.split(/\s+/);
    const places = names.map((name) => columns.findIndex((one) => one.name === name));
    assert.deepEqual(
      await shownRows(await numbersOf(page, 'rollouts')),
      rows.map((row) => places.map((place) => asShown(row[place]))),
    );
  } finally {
    history.close();
    await page.close();
  }
}

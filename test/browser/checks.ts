import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { openHistory } from '../../local/history/open.ts';
import type { Section } from '../../local/report/model.ts';
import { type Opened, openFile } from './chromium.ts';
import type { HistoryName, Written } from './histories.ts';
import { asShown, shownRows } from './shown-table.ts';

export interface Check {
  readonly name: string;
  run(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void>;
}

const PHONE = { width: 360, height: 740 };

export const CHECKS: readonly Check[] = [
  ...(['moving', 'empty', 'one snapshot', 'one job', 'fifty groups', 'rollouts'] as const).map((name) => ({
    name: `${name}: no console error, no request, nothing that axe finds, in light and dark, wide and on a phone`,
    run: onPage(name, looksRight),
  })),
  { name: 'the numbers of every table equal the answers of the views over the files', run: numbersEqual },
  { name: 'a table sorts and filters by mouse', run: onPage('moving', sortsByMouse) },
  { name: 'a table sorts, filters and turns pages by keyboard, and says so', run: onPage('moving', sortsByKeyboard) },
  { name: 'hovering a chart gives numbers, and so do the arrow keys', run: onPage('moving', tellsNumbers) },
  { name: 'jobs link to the console of their Region', run: onPage('moving', linksToConsole) },
  {
    name: 'rollouts: the worst first, by bars that tell their numbers, pages, and a course on demand',
    run: onPage('rollouts', showsRollouts),
  },
  { name: 'rollouts: the numbers of their table equal the answer of the view over the files', run: rolloutsEqual },
  { name: 'another export shows its own numbers', run: onPage('moving', changesExport) },
  { name: 'the exports that report, and those that do not, are those of the view', run: reportingEquals },
  { name: 'without a look it is not known who reports', run: onPage('one job', knowsNoLook) },
  { name: 'fifty groups are fifty panels, of the status chosen', run: onPage('fifty groups', showsGroups) },
  { name: 'what is not there is said in words, without an empty chart', run: onPage('one snapshot', saysNothing) },
  { name: 'the SQL is there to copy, with the days asked for in it', run: onPage('moving', showsSql) },
  { name: 'on paper it is light, whatever the screen is', run: onPage('moving', prints) },
];

function onPage(name: HistoryName, check: (opened: Opened) => Promise<void>): Check['run'] {
  return async (context, histories) => {
    const { file } = histories.get(name) as Written;
    const opened = await openFile(context, file);
    try {
      await check(opened);
      assert.deepEqual(opened.complaints, []);
    } finally {
      await opened.page.close();
    }
  };
}

async function looksRight({ page }: Opened): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await openAllDetails(page);
    await expectAccessible(page, colorScheme);
  }
  await page.setViewportSize(PHONE);
  await expectAccessible(page, 'phone');
  const [needed, there] = await inPage<[number, number]>(page, '[document.documentElement.scrollWidth, innerWidth]');
  assert.equal(needed, there, 'the page scrolls sideways on a phone');
}

/** What runs in the page is text: this program knows no `document`. */
async function inPage<T>(page: Page, expression: string): Promise<T> {
  return (await page.evaluate(expression)) as T;
}

async function openAllDetails(page: Page): Promise<void> {
  await inPage(page, "for (const details of document.querySelectorAll('details')) details.open = true");
  await page.waitForFunction(
    "![...document.querySelectorAll('details')].some(({ children }) => children.length === 1)",
  );
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await inPage<string[]>(
    page,
    `axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
  );
  assert.deepEqual([what, violations], [what, []]);
}

const section = (page: Page, id: string) => page.locator(`section#${id}`);

/** The table in the details of the numbers. */
async function numbersOf(page: Page, id: string): Promise<Locator> {
  const details = section(page, id).locator('details', { hasText: 'The numbers as a table' });
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  const table = details.locator('.table');
  await table.waitFor();
  return table;
}

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
      const health = ['dt', 'expected', 'arrived', 'failed', 'late', 'missing_groups'];
      const moved = ['dt', 'created', 'started', 'finished', 'canceled', 'being_deleted'];
      const weeks = [
        'week',
        'jobs',
        'least_hours',
        ...[5, 25, 50, 75, 90, 95].map((n) => `p${String(n).padStart(2, '0')}_hours`),
        'most_hours',
      ];
      const inProgress = [
        ...['job_id', 'days_in_progress', 'in_progress_since', 'last_updated_at', 'created_at'],
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
      assert.deepEqual(await shownRows(await numbersOf(page, 'moved')), await answer(combination.moved, moved));
      assert.deepEqual(
        await shownRows(await numbersOf(page, 'flows')),
        await answer(combination.flows, ['from_status', 'to_status', 'jobs']),
      );
      assert.deepEqual(await shownRows(await numbersOf(page, 'rollouts')), await answer(combination.rollouts, weeks));
      assert.deepEqual(await shownRows(await numbersOf(page, 'health')), await answer(combination.health, health));
      const table = (id: string) => section(page, id).locator(':scope > .table');
      assert.deepEqual(await shownRows(table('in-progress')), await answer(combination.inProgress, inProgress));
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

async function cells(table: Locator, column: number): Promise<string[]> {
  return await table
    .locator(`tbody tr td:nth-child(${column + 1})`)
    .evaluateAll((found) => found.map((cell) => (cell.firstElementChild?.firstChild ?? cell).textContent ?? ''));
}

async function sortsByMouse({ page }: Opened): Promise<void> {
  const table = section(page, 'in-progress').locator('.table');
  const heading = table.locator('th', { hasText: 'days in progress' });
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
  const ascending = (await cells(table, 1)).map(Number);
  assert.deepEqual(
    ascending,
    ascending.toSorted((a, b) => a - b),
  );
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'descending');
  const descending = (await cells(table, 1)).map(Number);
  assert.deepEqual(
    descending,
    descending.toSorted((a, b) => b - a),
  );
  assert.ok((descending[0] ?? 0) > (ascending[0] ?? 0));
  await table.getByLabel('days in progress, at least').fill(String(descending[0]));
  assert.ok((await cells(table, 1)).every((days) => Number(days) === descending[0]));
  await table.getByLabel('target selection').selectOption('CONTINUOUS');
  assert.ok((await cells(table, 5)).every((kind) => kind === 'CONTINUOUS'));
}

async function sortsByKeyboard({ page }: Opened): Promise<void> {
  const table = section(page, 'vanished').locator(':scope > .table');
  const said = table.getByRole('status');
  await table.locator('thead button').first().focus();
  await page.keyboard.press('Enter');
  const ids = await cells(table, 0);
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
  );
  assert.equal(await table.locator('th').first().getAttribute('aria-sort'), 'ascending');
  await page.keyboard.press('Space');
  assert.equal(await table.locator('th').first().getAttribute('aria-sort'), 'descending');
  assert.match((await said.textContent()) ?? '', /^\d+ jobs, page 1 of \d+$/);
  await table.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  assert.match((await said.textContent()) ?? '', /page 2 of/);
  await table.getByLabel('Find a job').focus();
  await page.keyboard.type(ids[0] ?? '');
  assert.deepEqual(await cells(table, 0), [ids[0]]);
  assert.match((await said.textContent()) ?? '', /^1 job of \d+$/);
  await page.keyboard.type(' and more');
  assert.equal(await said.textContent(), 'No job is left by the filter.');
}

async function tellsNumbers({ page }: Opened): Promise<void> {
  const chart = section(page, 'counts').locator('.chart').first();
  await chart.hover({ position: { x: 150, y: 60 } });
  const tip = chart.locator('.tip');
  await tip.waitFor();
  assert.match((await tip.textContent()) ?? '', /^2026-11-2\d \d\d:00 UTCSCHEDULED\d+$/);
  await chart.focus();
  await page.keyboard.press('End');
  assert.match((await chart.getByRole('status').textContent()) ?? '', /^2026-11-23 18:00 UTC: SCHEDULED \d+$/);
  await page.keyboard.press('ArrowLeft');
  assert.match((await chart.getByRole('status').textContent()) ?? '', /^2026-11-23 17:00 UTC: SCHEDULED \d+$/);
  assert.match((await tip.textContent()) ?? '', /17:00/);
  // On the day on which the history begins, its first snapshot was compared with none.
  const moved = section(page, 'moved').locator('.chart').first();
  const movedSays = moved.getByRole('status');
  await moved.focus();
  await page.keyboard.press('Home');
  assert.equal(await movedSays.textContent(), '2026-11-20: created not known: a snapshot was compared with none');
  await page.keyboard.press('ArrowRight');
  assert.match((await movedSays.textContent()) ?? '', /^2026-11-21: created [1-9]\d*$/);
  assert.match((await section(page, 'moved').locator('.lede').textContent()) ?? '', / Without 1 day of 4 with a/);
  for (const id of ['flows', 'rollouts', 'vanished', 'health']) {
    const other = section(page, id).locator('.chart').first();
    await other.focus();
    await page.keyboard.press('Home');
    assert.match((await other.getByRole('status').textContent()) ?? '', /: .*\d/, id);
  }
}

async function linksToConsole({ page }: Opened): Promise<void> {
  const link = section(page, 'in-progress').locator('tbody a').first();
  const id = await link.evaluate((a) => a.firstChild?.textContent);
  assert.equal(
    await link.getAttribute('href'),
    `https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/job/${id}`,
  );
}

async function showsRollouts({ page }: Opened): Promise<void> {
  const progress = section(page, 'progress');
  const list = progress.locator('ol.rollouts').first();
  const names = () =>
    list.locator('.rollout-name a').evaluateAll((found) => found.map((a) => a.firstChild?.textContent));
  assert.deepEqual((await names()).slice(0, 3), [
    'fails',
    'stalls',
    'firmware-4-0-0-rc-2-for-…-of-north-and-east-0001',
  ]);
  assert.equal((await names()).length, 25);
  const [worst, , long] = [list.locator(':scope > li').nth(0), 0, list.locator(':scope > li').nth(2)];
  assert.equal(
    await long.locator('a').getAttribute('title'),
    'firmware-4-0-0-rc-2-for-the-loading-bays-of-north-and-east-0001',
  );
  const bar = worst.getByRole('img');
  assert.equal(
    await bar.getAttribute('aria-label'),
    '1,218 succeeded, 203 failed, 29 canceled or removed, 40 in progress, 550 queued, of 2,040',
  );
  const widths = await bar
    .locator('rect')
    .evaluateAll((found) => found.map((one) => one.getBoundingClientRect().width));
  const whole = widths.reduce((sum, width) => sum + width, 0);
  assert.deepEqual(
    widths.map((width) => Math.round((100 * width) / whole)),
    [1218, 203, 29, 40, 550].map((things) => Math.round((100 * things) / 2040)),
  );
  const patterns = await bar.locator('rect').evaluateAll((found) => found.map((one) => one.getAttribute('fill')));
  assert.equal(new Set(patterns).size, 5);
  assert.deepEqual(await worst.locator('.rollout-said li').allTextContents(), [
    'fails',
    '1,450 of 2,040 done',
    '203 failed (14.3 %)',
    '5.7 points to abort',
    '50 an hour',
    'end expected 2026\u201111\u201124\u00a005:48',
    '0 min without progress',
  ]);
  await worst.locator('summary').click();
  assert.match(
    (await worst.locator('details').textContent()) ?? '',
    /Comment: a second try, with fewer things a minute/,
  );
  const chart = worst.locator('.chart');
  await chart.focus();
  await page.keyboard.press('End');
  assert.equal(await chart.getByRole('status').textContent(), '2026-11-23 18:00 UTC: done 1,450, failed 203');
  await progress.getByRole('button', { name: 'Next' }).first().click();
  const rest = await names();
  assert.equal(rest.length, 5);
  // Those without a number have no bar, and say so.
  const unknown = list.locator(':scope > li', { hasText: 'of-unknown-things' });
  assert.equal(await unknown.getByRole('img').count(), 0);
  assert.match((await unknown.textContent()) ?? '', /not known how many are done/);
  const ended = progress.locator('h3', { hasText: 'Just ended' }).locator('~ div').first();
  assert.match((await ended.locator('.rollout-name').textContent()) ?? '', /^has-ended/);
  assert.deepEqual(await ended.locator('.rollout-said li').allTextContents(), [
    'completed',
    '118 of 118 done',
    '2 failed (1.7 %)',
    '0 canceled or removed',
  ]);
}

async function rolloutsEqual(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void> {
  const { directory, file, report } = histories.get('rollouts') as Written;
  const history = await openHistory(directory);
  const { page } = await openFile(context, file);
  try {
    const { columns, rows } = await history.query(report.combinations[0]?.progress?.sql ?? '');
    const names =
      `job_id status things_total things_done succeeded_things failed_things rejected_things timed_out_things
      canceled_things removed_things in_progress_things queued_things things_executed percent_failed abort_criteria_count percent_to_abort
      things_per_hour expected_end hours_without_progress described_at`.split(/\s+/);
    const places = names.map((name) => columns.findIndex((one) => one.name === name));
    assert.deepEqual(
      await shownRows(await numbersOf(page, 'progress')),
      rows.map((row) => places.map((place) => asShown(row[place]))),
    );
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
      rows.map((row) => row.map(asShown)),
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

async function changesExport({ page }: Opened): Promise<void> {
  const choice = page.getByLabel('Export', { exact: true });
  assert.deepEqual(await choice.locator('option').allTextContents(), [
    'all in 123456789012 eu-west-1',
    'fleets in 123456789012 eu-west-1',
  ]);
  await choice.selectOption('1');
  assert.match((await section(page, 'counts').locator('.lede').textContent()) ?? '', /^3 thing groups/);
  assert.match((await section(page, 'health').locator('.lede').textContent()) ?? '', /1 thing group did not exist/);
}

async function showsGroups({ page }: Opened): Promise<void> {
  const counts = section(page, 'counts');
  assert.equal(await counts.locator('.panel').count(), 50);
  const before = await counts.locator('.panel-figure').allTextContents();
  await counts.getByLabel('Status').selectOption('COMPLETED');
  const after = await counts.locator('.panel-figure').allTextContents();
  assert.deepEqual(
    after,
    Array.from({ length: 50 }, (_, group) => String(group % 4)),
  );
  assert.notDeepEqual(after, before);
}

async function saysNothing({ page }: Opened): Promise<void> {
  const lede = async (id: string) => (await section(page, id).locator('.lede').textContent()) ?? '';
  assert.match(await lede('moved'), /^Not known: every day has a snapshot that was compared with none/);
  assert.match(await lede('flows'), /^No job was seen/);
  assert.match(await lede('rollouts'), /^No job was seen completed/);
  assert.match(await lede('in-progress'), /^No job is in progress/);
  assert.match(await lede('vanished'), /^No job of one snapshot/);
  assert.match(await lede('progress'), /^Not asked for: the option details of an export /);
  for (const id of ['progress', 'moved', 'flows', 'rollouts', 'in-progress', 'vanished', 'purged']) {
    assert.equal(await section(page, id).locator('.chart').count(), 0, id);
  }
}

async function showsSql({ page }: Opened): Promise<void> {
  const details = section(page, 'flows').locator('details', { hasText: 'SQL for Athena' });
  await details.locator('summary').click();
  assert.match(
    (await details.locator('code').textContent()) ?? '',
    /WHERE dt BETWEEN '2026-11-20' AND '2026-11-23' AND account_id = /,
  );
  await details.getByRole('button', { name: 'Copy the SQL' }).click();
  await page.waitForFunction((said) => said?.textContent !== '', await details.getByRole('status').elementHandle());
  assert.match((await details.getByRole('status').textContent()) ?? '', /^(Copied|The browser does not let)/);
}

async function prints({ page }: Opened): Promise<void> {
  const line = () =>
    section(page, 'counts').locator('.canvas svg path[stroke-width="1.8"]').first().getAttribute('stroke');
  const text = () => inPage<string>(page, 'getComputedStyle(document.body).color');
  await page.emulateMedia({ colorScheme: 'light' });
  const [lightLine, lightText] = [await line(), await text()];
  await page.emulateMedia({ colorScheme: 'dark' });
  // The page draws its charts anew when the browser tells it, some time after it was asked to change.
  const darkLine = await changed(line, lightLine);
  const darkText = await changed(text, lightText);
  await inPage(page, "void dispatchEvent(new Event('beforeprint'))");
  assert.deepEqual([await line(), await text()], [lightLine, lightText]);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const box = await section(page, 'counts').locator('.canvas').first().boundingBox();
  assert.ok((box?.height ?? 0) > 60, 'the chart has no height on paper');
  await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
  await inPage(page, "void dispatchEvent(new Event('afterprint'))");
  assert.deepEqual([await line(), await text()], [darkLine, darkText]);
  assert.ok((await page.pdf({ format: 'A4' })).byteLength > 50_000);
}

/** What `read` gives as soon as it is no more `from`. */
async function changed<T>(read: () => Promise<T>, from: T): Promise<T> {
  for (const until = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await read();
    if (value !== from) return value;
    assert.ok(Date.now() < until, `it is ${JSON.stringify(from)} after 10 s still`);
  }
}

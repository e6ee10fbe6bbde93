import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Combination, Report } from '../../../local/report/model.ts';
import type { Changeable } from '../changed-report.ts';
import type { Opened } from '../chromium.ts';
import { clipped } from '../clipped.ts';
import { type Check, CUT_TEXT, inPage, numbersOf, onChangedPage, onPage, section, until } from './check.ts';

export const CHARTS: readonly Check[] = [
  { name: 'hovering a chart gives numbers, and so do the arrow keys', run: onPage('moving', tellsNumbers) },
  { name: 'crosshairs move together, by mouse and by keyboard', run: onPage('moving', movesCrosshairs) },
  { name: 'panels have one scale and begin at zero where that is chosen', run: onPage('moving', scales) },
  {
    name: 'a day or week that is not whole is hollow, and told',
    run: onChangedPage('moving', inParts, tellsParts),
  },
  {
    name: 'a status that is not listed has no chart and no 0',
    run: onChangedPage('moving', withoutCompleted, tellsNotListed),
  },
  { name: 'beyond 300 snapshots there is a daily band, and its tip tells all of it', run: onPage('long', showsBand) },
  {
    name: 'fifty groups are a table, the worst first, with a chart of each on demand',
    run: onChangedPage('fifty groups', withBadGroups, showsGroups),
  },
  { name: 'a few groups are panels that can be compared', run: onPage('moving', showsFewGroups) },
  ...(['moving', 'one job', 'fifty groups', 'rollouts', 'long'] as const).map((name) => ({
    name: `${name}: no text of a chart is cut at any width`,
    run: onPage(name, cutsNoText),
  })),
];

const LONG_NAME = `long-name-${'x'.repeat(118)}`;

const statusText = async (chart: Locator) => (await chart.getByRole('status').textContent()) ?? '';
const ledeOf = async (page: Page, id: string) => (await section(page, id).locator('.lede').textContent()) ?? '';

async function tellsNumbers({ page }: Opened): Promise<void> {
  const chart = section(page, 'counts').locator('.chart').first();
  await chart.hover({ position: { x: 150, y: 60 } });
  const tip = chart.locator('.tip');
  await tip.waitFor();
  assert.match((await tip.textContent()) ?? '', /^2026-11-2\d \d\d:00 UTCSCHEDULED\d+$/);
  await chart.focus();
  await page.keyboard.press('End');
  assert.match(await statusText(chart), /^2026-11-23 18:00 UTC: SCHEDULED \d+$/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await statusText(chart), /^2026-11-23 17:00 UTC: SCHEDULED \d+$/);
  assert.match((await tip.textContent()) ?? '', /17:00/);
  // With Alt it is the browser's Back.
  const isLeftAlone = `document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'ArrowLeft', altKey: true, cancelable: true, bubbles: true }))`;
  assert.ok(await inPage<boolean>(page, isLeftAlone), 'Alt and an arrow do not go back');
  // On the day on which the history begins, its first snapshot was compared with none.
  const moved = section(page, 'moved').locator('.chart').first();
  await moved.focus();
  await page.keyboard.press('Home');
  assert.match(await statusText(moved), /^2026-11-20.*: created not known: a snapshot was compared with none$/);
  await page.keyboard.press('ArrowRight');
  assert.match(await statusText(moved), /^2026-11-21: created [1-9]\d*$/);
  assert.match(await ledeOf(page, 'moved'), / Without 1 day of 4 with a/);
  for (const id of ['flows', 'durations', 'vanished', 'snapshots']) {
    const other = section(page, id).locator('.chart').first();
    await other.focus();
    await page.keyboard.press('Home');
    assert.match(await statusText(other), /: .*\d/, id);
  }
}

async function movesCrosshairs({ page }: Opened): Promise<void> {
  for (const id of ['counts', 'moved']) {
    const charts = section(page, id).locator('.chart');
    const crosshairs = section(page, id).locator('.crosshair:visible');
    const figures = section(page, id).locator('.panel-figure.at-crosshair');
    const panels = await charts.count();
    assert.ok(panels > 3);
    const lefts = () => crosshairs.evaluateAll((found) => found.map((one) => one.getAttribute('style')));
    await charts.nth(1).hover({ position: { x: 120, y: 60 } });
    await crosshairs.nth(panels - 2).waitFor();
    assert.equal(await crosshairs.count(), panels - 1, 'all but the one that has its own');
    assert.equal(new Set(await lefts()).size, 1, 'panels have plots of the same place');
    assert.equal(await figures.count(), panels);
    const byMouse = (await lefts())[0];
    // Where the window has another width, what was below the pointer is elsewhere.
    await page.setViewportSize({ width: id === 'counts' ? 1000 : 1200, height: 900 });
    await until(page, "document.querySelectorAll('.at-crosshair, .crosshair:not([hidden])').length === 0");
    await page.mouse.move(0, 0);
    await charts.first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await crosshairs.count(), panels - 1);
    assert.notEqual((await lefts())[0], byMouse);
    await page.keyboard.press('Escape');
    assert.equal(await crosshairs.count(), 0);
    assert.equal(await figures.count(), 0);
  }
}

/** The labels of the axes from below to above, of each panel that has a chart; charts are drawn a while after they are there. */
async function axes(page: Page, id: string): Promise<string[][]> {
  const canvases = section(page, id).locator('.panel .canvas');
  await canvases
    .locator('svg')
    .nth((await canvases.count()) - 1)
    .waitFor();
  return await canvases.evaluateAll((found) =>
    found.map((canvas) =>
      [...canvas.querySelectorAll('svg text[text-anchor="end"]')].map((text) => text.textContent ?? ''),
    ),
  );
}

async function scales({ page }: Opened): Promise<void> {
  for (const id of ['counts', 'moved']) {
    const each = await axes(page, id);
    assert.ok(new Set(each.map(String)).size > 1, 'each has a scale of its own');
    await section(page, id)
      .getByLabel(/^one scale/)
      .check();
    const one = await axes(page, id);
    assert.equal(new Set(one.map(String)).size, 1);
    await section(page, id)
      .getByLabel(/^one scale/)
      .uncheck();
    assert.deepEqual(await axes(page, id), each);
  }
  const least = async () => (await axes(page, 'counts')).map(([first]) => first);
  assert.ok(
    (await least()).some((label) => label !== '0'),
    'a narrow range does not begin at 0',
  );
  await section(page, 'counts').getByLabel('from zero').check();
  assert.ok((await least()).every((label) => label === '0'));
  // Bars begin at 0 always.
  assert.ok((await axes(page, 'moved')).every(([first]) => first === '0'));
  assert.equal(await section(page, 'moved').getByLabel('from zero').count(), 0);
  await page.reload();
  assert.ok(await section(page, 'counts').getByLabel('from zero').isChecked(), 'it is kept in the address');
  assert.ok((await least()).every((label) => label === '0'));
}

const first = ({ combinations }: Changeable<Report>) => combinations[0] as Changeable<Combination>;

function inParts(report: Changeable<Report>): void {
  const combination = first(report);
  combination.firstDayFrom = '11:00';
  combination.lastDayUntil = '18:00';
}

async function tellsParts({ page }: Opened): Promise<void> {
  const moved = section(page, 'moved');
  const shown = moved.locator('.chart');
  let bars = 0;
  for (let i = 0; i < (await shown.count()); i++) {
    await shown.nth(i).focus();
    await page.keyboard.press('End');
    const words = await statusText(shown.nth(i));
    assert.match(words, /^2026-11-23, until 18:00 UTC: [a-z ]+ (\d+|not listed by this export)$/);
    if (/ [1-9]\d*$/.test(words)) bars += 1;
    await page.keyboard.press('Escape');
  }
  assert.match(
    await ledeOf(page, 'moved'),
    /^On 2026.11.22, the last whole day: \d+ created, \d+ started, .*; not known: completed\. /,
  );
  const surface = await inPage<string>(
    page,
    "getComputedStyle(document.documentElement).getPropertyValue('--surface')",
  );
  assert.ok(bars > 0);
  // The selected point is drawn again a frame later.
  const hollow = `document.querySelectorAll('#moved .canvas svg path[fill="${surface}"]').length`;
  await until(page, `${hollow} === ${bars}`);
  assert.match(
    (await moved.textContent()) ?? '',
    /Hollow: a day that is not whole\. .*2026-11-23 is known until 18:00 UTC/,
  );
  const table = await numbersOf(page, 'moved');
  assert.equal(
    await table.locator('tbody tr').last().locator('td').first().textContent(),
    '2026-11-23 until 18:00 UTC',
  );
  // Friday to Monday: two partial weeks.
  assert.match(
    await ledeOf(page, 'durations'),
    /No week is known whole yet\. In that of 2026.11.16, known from 2026.11.20 11:00 UTC, [\d,]+ jobs? completed: median [\d.]+ (h|d|min), 90th percentile [\d.]+ /,
  );
  const weeks = section(page, 'durations').locator('.chart');
  await weeks.focus();
  await page.keyboard.press('Home');
  assert.match(
    await statusText(weeks),
    /^week of 2026-11-16, from 2026-11-20 11:00 UTC: jobs completed \d+, least .*, 5th percentile .*, median .*, 90th percentile .*, most /,
  );
  const headings = await (await numbersOf(page, 'durations')).locator('thead').textContent();
  assert.match(headings ?? '', /5th percentile, hours.*median, hours.*90th percentile, hours/);
}

function withoutCompleted(report: Changeable<Report>): void {
  const { moved, listedStatuses } = first(report);
  listedStatuses.splice(0, listedStatuses.length, 'SCHEDULED', 'IN_PROGRESS', 'DELETION_IN_PROGRESS');
  const [completed, canceled] = ['completed', 'canceled'].map((name) => moved.answer.columns.indexOf(name));
  for (const [i, row] of moved.answer.rows.entries()) {
    row[completed as number] = null;
    // It was listed until the last day but one.
    if (i === moved.answer.rows.length - 1) row[canceled as number] = null;
  }
}

async function tellsNotListed({ page }: Opened): Promise<void> {
  const panel = (name: string) =>
    section(page, 'moved').locator('.panel', { has: page.locator('.panel-name', { hasText: name }) });
  assert.equal(await panel('completed').textContent(), 'completed–not listed by this export.');
  assert.equal(await panel('completed').locator('.chart').count(), 0);
  const canceled = panel('canceled').locator('.chart');
  await canceled.focus();
  await page.keyboard.press('End');
  assert.match(await statusText(canceled), /^2026-11-23.*: canceled not listed by this export$/);
  assert.doesNotMatch(await ledeOf(page, 'moved'), /0 completed/);
}

async function showsBand({ page }: Opened): Promise<void> {
  const counts = section(page, 'counts');
  const chart = counts.locator('.chart').nth(1);
  assert.match(await ledeOf(page, 'counts'), /^account-wide, 13 days\. Where days have no snapshot, 1 time, /);
  await chart.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  assert.equal(await statusText(chart), '2026-11-11: least 20, median 23, most 26, at 23:00 UTC 24');
  await page.keyboard.press('End');
  assert.match(
    await statusText(chart),
    /^2026-11-23, until \d\d:\d\d UTC: least 20, median 23, most 26, at 18:00 UTC 20$/,
  );
  const area = (await chart.locator('svg path[fill-opacity="0.22"]').getAttribute('d')) ?? '';
  assert.equal(area.match(/M/g)?.length, 2, 'an area on both sides of the gap');
  const table = await numbersOf(page, 'counts');
  assert.match(
    (await table.locator('tbody tr', { hasText: 'IN_PROGRESS' }).first().textContent()) ?? '',
    /^2026-11-23 until \d\d:\d\d UTC.*202326/,
  );
}

function withBadGroups(report: Changeable<Report>): void {
  const { groups, counts } = first(report);
  const column = (name: string) => groups?.answer.columns.indexOf(name) as number;
  const of = (scope: string) => groups?.answer.rows.find((row) => row[column('scope')] === scope);
  const change = (scope: string, changes: Record<string, boolean | number | null>) => {
    for (const [name, value] of Object.entries(changes)) (of(scope) as unknown[])[column(name)] = value;
    if (changes.missing === false) return;
    for (const line of counts.series) if (line.scope === scope) line.values.fill(null);
  };
  change('fleet-20', { missing: true, in_progress: null, overdue: null });
  change('fleet-30', { missing: null, in_progress: null, overdue: null });
  change('fleet-40', { missing: false, overdue: 7 });
  // As long as AWS lets a name be.
  for (const row of groups?.answer.rows ?? [])
    if (row[column('scope')] === 'fleet-41') row[column('scope')] = LONG_NAME;
  for (const line of counts.series) if (line.scope === 'fleet-41') line.scope = LONG_NAME;
}

async function showsGroups({ page }: Opened): Promise<void> {
  const counts = section(page, 'counts');
  assert.match(
    await ledeOf(page, 'counts'),
    /^48 thing groups, 1 missing, 1 of which it is not known whether it exists, /,
  );
  assert.equal(await counts.locator('.panel').count(), 0);
  const rows = counts.locator('.table').first().locator('tbody tr');
  const names = () => rows.locator('button.expands').allTextContents();
  assert.deepEqual((await names()).slice(0, 3), ['fleet-20', 'fleet-30', 'fleet-40']);
  assert.match((await rows.nth(0).textContent()) ?? '', /missing$/);
  assert.match((await rows.nth(1).textContent()) ?? '', /not known whether it exists$/);
  assert.equal(await rows.nth(2).locator('svg.sparkline').count(), 1);
  await rows.nth(2).getByRole('button').focus();
  await page.keyboard.press('Enter');
  const chart = counts.locator('tr.expanded .chart');
  await chart.focus();
  await page.keyboard.press('End');
  assert.match(await statusText(chart), /^2026-11-23 18:00 UTC: fleet-40, in progress \d+$/);
  // It stays open where the table is sorted, turns its page, or is of another status.
  const heading = counts.locator('.table').first().getByRole('button', { name: 'overdue' });
  await heading.click();
  assert.match((await counts.locator('tr:has(+ tr.expanded)').textContent()) ?? '', /fleet-40/);
  const turn = counts.getByRole('button', { name: 'Next' });
  await turn.focus();
  await page.keyboard.press('Enter');
  assert.equal(await chart.count(), 0);
  await inPage(page, 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  // The last page has no next one: the focus is not lost with it.
  assert.equal(await inPage(page, 'document.activeElement?.textContent'), 'Previous');
  await page.keyboard.press('Enter');
  await chart.locator('svg').waitFor();
  await counts.getByLabel('Status').selectOption('COMPLETED');
  assert.match((await counts.locator('tr:has(+ tr.expanded)').textContent()) ?? '', /fleet-40/);
  await counts.getByLabel('Status').selectOption('IN_PROGRESS');
  await rows.nth(2).getByRole('button').focus();
  await page.keyboard.press('Space');
  assert.equal(await chart.count(), 0);
  await rows.nth(1).getByRole('button').click();
  assert.equal(await counts.locator('tr.expanded').textContent(), 'fleet-30: not known whether it exists.');
  await counts.getByLabel('Find a thing group').fill('long-name');
  await page.setViewportSize({ width: 320, height: 800 });
  await counts.locator('button.expands').click();
  await chart.locator('svg').waitFor();
  assert.deepEqual(await clipped(page), []);
  assert.equal(await counts.locator('.wider').first().isVisible(), false, 'a long name makes the table wider');
  await counts.getByLabel('Status').selectOption('COMPLETED');
  const headings = await counts.locator('.table').first().locator('th').allTextContents();
  assert.match(headings.join(), /completed/);
}

async function showsFewGroups({ page }: Opened): Promise<void> {
  await page.locator('.which select').selectOption('1');
  const counts = section(page, 'counts');
  await counts.getByLabel('one scale for all groups').check();
  const charts = await counts.locator('.chart').count();
  assert.ok(charts > 1);
  assert.equal(new Set((await axes(page, 'counts')).map(String)).size, 1);
}

async function cutsNoText({ page }: Opened): Promise<void> {
  for (const width of [320, 390, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await drawn(page);
    assert.deepEqual([width, await inPage(page, CUT_TEXT)], [width, []]);
  }
}

/** Waits until all charts are as wide as their places: they are redrawn when the browser reports their new width. */
async function drawn(page: Page): Promise<void> {
  const isDrawn = `[...document.querySelectorAll('.canvas')].every((canvas) => canvas.clientWidth === 0 ||
    canvas.querySelector('svg')?.viewBox.baseVal.width === canvas.clientWidth)`;
  for (const until = Date.now() + 10_000; !(await inPage<boolean>(page, isDrawn)); ) {
    assert.ok(Date.now() < until, 'charts are not drawn for their width after 10 s');
    await page.waitForTimeout(50);
  }
}

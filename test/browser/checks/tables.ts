import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import type { Opened } from '../chromium.ts';
import { leftOut, shownRows } from '../table-text.ts';
import { type Check, cells, inPage, onPage, section } from './check.ts';
import { OVERDUE } from './overdue.ts';

export const TABLES: readonly Check[] = [
  { name: 'a table sorts and filters by mouse, numbers from the highest', run: onPage('moving', sortsByMouse) },
  { name: 'a table sorts, filters and turns pages by keyboard, and says so', run: onPage('moving', sortsByKeyboard) },
  { name: 'each table tells from the beginning by what it is sorted', run: onPage('moving', tellsOrder) },
  { name: 'columns of one value are told above a table, not in it', run: onPage('moving', leavesOut) },
  { name: 'filters are in the address: a reload and a link keep them', run: onPage('moving', keepsFilters) },
  { name: 'a table is saved as CSV: what the filters leave, all columns', run: onPage('moving', savesCsv) },
  { name: 'on a phone rows are records, each cell with its heading', run: onPage('moving', stacksRecords) },
  { name: 'a table wider than its place says so and scrolls by keyboard', run: onPage('rollouts', saysWider) },
  { name: 'jobs link to the console of their Region', run: onPage('moving', linksToConsole) },
  ...OVERDUE,
];

const overdueTable = ({ page }: Pick<Opened, 'page'>) => section(page, 'overdue').locator(':scope > .table');

async function columnOf(table: Locator, name: string): Promise<number> {
  const names = await table.locator('th .heading').allTextContents();
  const place = names.indexOf(name);
  assert.ok(place >= 0, `no column ${name} in ${names.join(', ')}`);
  return place;
}

async function sortsByMouse({ page }: Opened): Promise<void> {
  const table = section(page, 'vanished').locator(':scope > .table');
  const overdue = overdueTable({ page });
  const days = await columnOf(overdue, 'days in progress');
  const heading = overdue.locator('th').nth(days);
  await overdue.locator('thead button').first().click();
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'descending');
  const descending = (await cells(overdue, days)).map(Number);
  assert.deepEqual(
    descending,
    descending.toSorted((a, b) => b - a),
  );
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
  const ascending = (await cells(overdue, days)).map(Number);
  assert.deepEqual(
    ascending,
    ascending.toSorted((a, b) => a - b),
  );
  assert.ok((descending[0] ?? 0) > (ascending[0] ?? 0));
  await overdue.getByLabel('days in progress, at least').fill(String(descending[0]));
  assert.ok((await cells(overdue, days)).every((value) => Number(value) === descending[0]));
  await table.getByLabel('target selection').selectOption('CONTINUOUS');
  const selection = await columnOf(table, 'target selection');
  assert.ok((await cells(table, selection)).every((kind) => kind === 'CONTINUOUS'));
}

async function sortsByKeyboard({ page }: Opened): Promise<void> {
  const table = section(page, 'vanished').locator(':scope > .table');
  const status = table.getByRole('status');
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
  assert.match((await status.textContent()) ?? '', /^\d+ jobs, page 1 of \d+; sorted by job, Z to A$/);
  await table.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  assert.match((await status.textContent()) ?? '', /page 2 of/);
  await table.getByLabel('Find a job').focus();
  await page.keyboard.type(ids[0] ?? '');
  assert.deepEqual(await cells(table, 0), [ids[0]]);
  assert.match((await status.textContent()) ?? '', /^1 job of \d+;/);
  await page.keyboard.type(' and more');
  assert.equal(await status.textContent(), 'No job is left by the filter.');
}

async function tellsOrder({ page }: Opened): Promise<void> {
  for (const details of await page.locator('details', { hasText: 'The numbers as a table' }).all()) {
    await details.locator('summary').click();
  }
  const orders = await page.locator('section > .table, section > details .table').evaluateAll((tables) =>
    tables.map((table) => ({
      caption: table.querySelector('caption')?.textContent,
      rows: table.querySelectorAll('tbody tr').length,
      sorted: table.querySelectorAll('th[aria-sort]').length,
      status: table.querySelector('.table-status')?.textContent ?? '',
    })),
  );
  assert.ok(orders.length > 6);
  for (const { caption, rows, sorted, status } of orders.filter(({ rows }) => rows > 1)) {
    assert.ok(rows > 1 && sorted <= 1, caption ?? '');
    assert.match(status, sorted === 1 ? /; sorted by [^;]+ first|; sorted by [^;]+ to / : /; .* first$/, caption ?? '');
  }
  const vanished = section(page, 'vanished').locator(':scope > .table');
  assert.equal(await vanished.locator('th[aria-sort="descending"] .heading').textContent(), 'missed at, UTC');
}

async function leavesOut({ page }: Opened): Promise<void> {
  const table = overdueTable({ page });
  const same = await leftOut(table);
  assert.ok(same.some(([, value]) => value === 'account-wide'));
  assert.match((await table.locator('.same').textContent()) ?? '', /^All [1-9]\d*: .*scopes account-wide$/);
  const headings = await table.locator('th .heading').allTextContents();
  assert.ok(headings.includes('job') && !headings.includes('scopes'));
  const places = same.map(([place]) => place);
  const rows = await shownRows(table);
  const columns = [...(rows[0] ?? []).keys()];
  const constant = columns.filter((place) => place > 0 && new Set(rows.map((row) => row[place])).size === 1);
  assert.deepEqual(constant, places);
}

async function keepsFilters({ page }: Opened): Promise<void> {
  const table = overdueTable({ page });
  const [id = ''] = await cells(table, 0);
  await table.getByLabel('days in progress, at least').fill('0.1');
  await table.getByLabel('Find a job').fill(id);
  const status = await table.getByRole('status').textContent();
  assert.match(status ?? '', /^\d+ jobs? of \d+/);
  assert.match(await inPage<string>(page, 'location.href'), /[?&]overdue\.q=/);
  await page.reload();
  assert.equal(await table.getByRole('status').textContent(), status);
  assert.equal(await table.getByLabel('Find a job').inputValue(), id);
  assert.deepEqual(await cells(table, 0), [id]);
  await table.getByLabel('Find a job').fill('');
  assert.doesNotMatch(await inPage<string>(page, 'location.href'), /overdue\.q/);
}

async function savesCsv({ page }: Opened): Promise<void> {
  const table = section(page, 'vanished').locator(':scope > .table');
  await table.locator('thead button').first().click();
  await table.getByLabel('last status').selectOption('COMPLETED');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    table.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  assert.match(
    download.suggestedFilename(),
    /^all-123456789012-eu-west-1-(vanished|jobs-that-vanished)-2026-11-23\.csv$/,
  );
  const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines[0], JOBS_THAT_VANISHED.map((name) => (name.includes(',') ? `"${name}"` : name)).join(','));
  const shown = await shownRows(table);
  assert.ok(shown.length > 25, 'the table has but one page');
  assert.deepEqual(
    lines
      .slice(1)
      .map((line) => line.split(',').map((cell) => cell.replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d$/, '$1') || '–')),
    shown,
  );
}

const JOBS_THAT_VANISHED = [
  'job',
  'missed at, UTC',
  'last seen, UTC',
  'last status',
  'reason',
  'target selection',
  'created, UTC',
];

async function stacksRecords({ page }: Opened): Promise<void> {
  const table = overdueTable({ page });
  await page.setViewportSize({ width: 390, height: 800 });
  await page.reload();
  const record = table.locator('tbody tr').first();
  const [first, second] = [record.locator('td').nth(0), record.locator('td').nth(1)];
  const [above, below] = [await first.boundingBox(), await second.boundingBox()];
  assert.ok(above && below && above.y + above.height <= below.y + 1, 'cells are beside one another');
  const labels = await record
    .locator('td')
    .evaluateAll((found) =>
      found.map((cell) => cell.ownerDocument.defaultView?.getComputedStyle(cell, '::before').content ?? ''),
    );
  const headings = await table.locator('th .heading').allTextContents();
  assert.deepEqual(
    labels.map((label) => /"([^"]*)"/.exec(label)?.[1]),
    headings,
  );
  // It is still a table, with headings without buttons.
  const grid = table.getByRole('table');
  assert.equal(await grid.getByRole('columnheader').count(), headings.length);
  assert.equal(await grid.getByRole('row').count(), 1 + (await table.locator('tbody tr').count()));
  assert.equal(await table.locator('thead button').first().isVisible(), false);
  await table.getByLabel('Sorted by').selectOption('days in progress');
  const place = await columnOf(table, 'days in progress');
  const days = (await cells(table, place)).map(Number);
  assert.deepEqual(
    days,
    days.toSorted((a, b) => b - a),
  );
  await table.getByRole('button', { name: 'highest first' }).click();
  assert.match((await table.getByRole('status').textContent()) ?? '', /sorted by days in progress, lowest first$/);
}

async function saysWider({ page }: Opened): Promise<void> {
  await page.setViewportSize({ width: 768, height: 900 });
  const details = section(page, 'rollouts').locator('details', { hasText: 'The numbers as a table' });
  await details.locator('summary').click();
  const scroller = details.getByRole('region', { name: 'Rollouts that were described' });
  await scroller.focus();
  assert.equal(await details.locator('.wider').isVisible(), true);
  assert.match((await details.locator('.wider').textContent()) ?? '', /scroll sideways/);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((element) => (element?.scrollLeft ?? 0) > 0, await scroller.elementHandle());
}

async function linksToConsole({ page }: Opened): Promise<void> {
  const link = section(page, 'overdue').locator('tbody a').first();
  const id = await link.evaluate((a) => a.firstChild?.textContent);
  assert.equal(
    await link.getAttribute('href'),
    `https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/job/${id}`,
  );
}

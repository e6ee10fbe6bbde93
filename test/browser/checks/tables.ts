import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { type Check, cells, onPage, section } from './check.ts';

export const TABLES: readonly Check[] = [
  { name: 'a table sorts and filters by mouse', run: onPage('moving', sortsByMouse) },
  { name: 'a table sorts, filters and turns pages by keyboard, and says so', run: onPage('moving', sortsByKeyboard) },
  { name: 'jobs link to the console of their Region', run: onPage('moving', linksToConsole) },
];

async function sortsByMouse({ page }: Opened): Promise<void> {
  const table = section(page, 'overdue').locator('.table');
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

async function linksToConsole({ page }: Opened): Promise<void> {
  const link = section(page, 'overdue').locator('tbody a').first();
  const id = await link.evaluate((a) => a.firstChild?.textContent);
  assert.equal(
    await link.getAttribute('href'),
    `https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/job/${id}`,
  );
}

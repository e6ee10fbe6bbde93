import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { writeChanged } from '../changed-report.ts';
import { type Opened, type OpenOptions, openFile } from '../chromium.ts';
import type { HistoryName, Written } from '../histories.ts';
import { cellTexts } from '../table-text.ts';

export interface Check {
  readonly name: string;
  run(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void>;
}

export function onPage(
  name: HistoryName,
  check: (opened: Opened) => Promise<void>,
  options?: OpenOptions,
): Check['run'] {
  return async (context, histories) => {
    const { file } = histories.get(name) as Written;
    const opened = await openFile(context, file, options);
    try {
      await check(opened);
      assert.deepEqual(opened.complaints, []);
    } finally {
      await opened.page.close();
    }
  };
}

/** The same on a page whose data a test changed. */
export function onChangedPage(
  name: HistoryName,
  change: Parameters<typeof writeChanged>[2],
  check: (opened: Opened) => Promise<void>,
): Check['run'] {
  return async (context, histories) => {
    const { file } = histories.get(name) as Written;
    const opened = await openFile(context, writeChanged(file, check.name, change));
    try {
      await check(opened);
      assert.deepEqual(opened.complaints, []);
    } finally {
      await opened.page.close();
    }
  };
}

export async function inPage<T>(page: Page, expression: string): Promise<T> {
  return (await page.evaluate(expression)) as T;
}

/** Waits for an expression to be true. The page's policy does not let `waitForFunction` look more than once. */
export async function until(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + 20_000; !(await inPage<boolean>(page, expression)); ) {
    assert.ok(Date.now() < end, `it is not so after 20 s: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function openAllDetails(page: Page): Promise<void> {
  await inPage(page, "for (const details of document.querySelectorAll('details')) details.open = true");
  await page.waitForFunction(
    "![...document.querySelectorAll('details')].some(({ children }) => children.length === 1)",
  );
}

export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await inPage<string[]>(
    page,
    `axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
  );
  assert.deepEqual([what, violations], [what, []]);
}

export const section = (page: Page, id: string) => page.locator(`section#${id}`);

export async function numbersOf(page: Page, id: string): Promise<Locator> {
  const details = section(page, id).locator('details', { hasText: 'The numbers as a table' });
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  const table = details.locator('.table');
  await table.waitFor();
  return table;
}

/** What is shown in a column of those that are shown. */
export async function cells(table: Locator, column: number): Promise<string[]> {
  return await cellTexts(table.locator(`tbody tr td:nth-child(${column + 1})`));
}

export async function changed<T>(read: () => Promise<T>, from: T): Promise<T> {
  for (const until = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await read();
    if (value !== from) return value;
    assert.ok(Date.now() < until, `it is ${JSON.stringify(from)} after 10 s still`);
  }
}

/** Text of charts that lies outside of its drawing. */
export const CUT_TEXT = `[...document.querySelectorAll('.canvas svg')].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].flatMap((text) => {
    const { left, right, top, bottom, width } = text.getBoundingClientRect();
    const isCut = left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
    return width > 0 && isCut ? [svg.closest('section').id + ': ' + text.textContent] : [];
  });
})`;

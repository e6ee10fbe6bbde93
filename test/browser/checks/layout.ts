import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Opened } from '../chromium.ts';
import { clipped } from '../clipped.ts';
import { HISTORIES } from '../histories.ts';
import { type Check, expectAccessible, inPage, onPage } from './check.ts';

const WIDTHS = [320, 390, 768, 1440];
/** A4 without its margins, in pixels of style sheets. */
const PAPER = 718;

export const LOOKS: readonly Check[] = [
  ...HISTORIES.map((name) => ({
    name: `${name}: no console error, no request, nothing that axe finds, in light, dark, on a phone and on paper`,
    run: onPage(name, isAccessible),
  })),
  ...HISTORIES.map((name) => ({
    name: `${name}: nothing is cut without a sign, at ${WIDTHS.join(', ')} px and on paper`,
    run: onPage(name, cutsNothing),
  })),
];

async function isAccessible({ page }: Opened): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await openAll(page);
    await expectAccessible(page, colorScheme);
  }
  await page.setViewportSize({ width: 390, height: 840 });
  await expectAccessible(page, 'phone');
  await print(page);
  await expectAccessible(page, 'paper');
}

async function cutsNothing({ page }: Opened): Promise<void> {
  const found: Record<string, readonly string[]> = {};
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await openAll(page);
    await settled(page);
    found[`${width} px`] = await clipped(page);
  }
  await page.setViewportSize({ width: PAPER, height: 1000 });
  await settled(page);
  await print(page);
  await settled(page);
  found.paper = await clipped(page);
  assert.deepEqual(
    Object.entries(found).filter(([, complaints]) => complaints.length > 0),
    [],
  );
}

async function print(page: Page): Promise<void> {
  await inPage(page, "void dispatchEvent(new Event('beforeprint'))");
  await page.emulateMedia({ media: 'print' });
}

/** Opens all details, and those that are in them. */
async function openAll(page: Page): Promise<void> {
  const open = `(() => {
    const closed = [...document.querySelectorAll('details:not([open])')];
    for (const details of closed) details.open = true;
    return closed.length;
  })()`;
  while ((await inPage<number>(page, open)) > 0) {
    await page.waitForFunction(
      "![...document.querySelectorAll('details')].some(({ children }) => children.length === 1)",
    );
  }
}

/** Waits until the page has drawn what it draws for its size: twice the same, a frame between. */
async function settled(page: Page): Promise<void> {
  const size = () =>
    inPage<string>(
      page,
      `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
        done([...document.querySelectorAll('.canvas svg')].map((svg) => svg.getAttribute('width')).join() + document.body.scrollHeight))))`,
    );
  for (let before = ''; ; ) {
    const now = await size();
    if (now === before) return;
    before = now;
  }
}

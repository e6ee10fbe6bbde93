import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { watchReport } from '../../support/report-command.ts';
import { AT, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';
import { type Check, expectAccessible, inPage } from './check.ts';

const TIMEOUT = { timeout: 60_000 };

async function snapshotAt(directory: string, scheduledAt: number): Promise<void> {
  await writeSnapshot({
    directory,
    scheduledAt,
    jobs: (_, status) =>
      status === 'IN_PROGRESS' ? Array.from({ length: 40 }, (_, i) => jobOfAge(`job-${i}`, status, 30 + i)) : [],
  });
}

/** A page of its own history, served and watched; forbidden actions of the page are in the list. */
async function onServed(
  context: BrowserContext,
  check: (served: { page: Page; directory: string; complaints: string[]; end(): Promise<void> }) => Promise<void>,
): Promise<void> {
  const directory = newDirectory();
  await snapshotAt(directory, AT);
  await snapshotAt(directory, AT + HOUR_MS);
  const watching = await watchReport([directory, '--every', '5']);
  await context.setOffline(false);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('request', (request) => void (request.url().startsWith(watching.url) || complaints.push(request.url())));
  try {
    await page.goto(watching.url);
    await check({ page, directory, complaints, end: async () => void (await watching.end('SIGINT')) });
  } finally {
    await page.close();
    await context.setOffline(true);
    await watching.end('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

const version = (page: Page) => inPage<string>(page, "document.querySelector('meta[name=served-as]').content");
const notice = (page: Page) => page.locator('.notice');

/** Waits until an expression is true in the page: `waitForFunction` would be an eval, which the policy of the page refuses. */
async function until(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + TIMEOUT.timeout; ; await page.waitForTimeout(200)) {
    // While the page reloads, the expression cannot be evaluated.
    if ((await inPage(page, expression).catch(() => false)) === true) return;
    assert.ok(Date.now() < end, `it is not so within a minute: ${expression}`);
  }
}

async function newerThan(page: Page, before: string): Promise<void> {
  await until(
    page,
    `document.querySelector('meta[name=served-as]').content !== '${before}' && sessionStorage.getItem('place') === null`,
  );
  // The saved state is restored within some frames.
  await page.waitForTimeout(1500);
}

export const WATCH: readonly Check[] = [
  {
    name: 'a served page takes a new snapshot, and stays where its reader is, with what is open and what is in the address',
    run: (context) =>
      onServed(context, async ({ page, directory, complaints }) => {
        const before = await version(page);
        await inPage(page, "location.hash = '#snapshots'");
        await page.waitForTimeout(300);
        const details = page.locator('section#snapshots details').first();
        await details.locator('summary').click();
        await page.mouse.wheel(0, -60);
        await page.waitForTimeout(300);
        const top = () =>
          inPage<number>(page, "document.querySelector('section#snapshots').getBoundingClientRect().top");
        const hash = await inPage<string>(page, 'location.hash');
        const topBefore = await top();
        await snapshotAt(directory, AT + 2 * HOUR_MS);
        await newerThan(page, before);
        assert.equal(await inPage<string>(page, 'location.hash'), hash);
        assert.ok(Math.abs((await top()) - topBefore) <= 2, `the section was at ${topBefore} and is at ${await top()}`);
        assert.notEqual(await details.getAttribute('open'), null);
        assert.match(
          (await page.locator('header').innerText()) + (await page.locator('main').innerText()),
          /3 snapshots/,
        );
        assert.deepEqual(complaints, []);
      }),
  },
  {
    name: 'a served page waits while somebody types, and says so',
    run: (context) =>
      onServed(context, async ({ page, directory, complaints }) => {
        const before = await version(page);
        const input = page.locator('input').first();
        await input.focus();
        await snapshotAt(directory, AT + 2 * HOUR_MS);
        await notice(page).filter({ hasText: 'There is a newer page' }).waitFor(TIMEOUT);
        assert.equal(await version(page), before);
        await input.blur();
        await newerThan(page, before);
        assert.equal(await notice(page).innerText(), '');
        assert.deepEqual(complaints, []);
      }),
  },
  {
    name: 'a served page says that the history cannot be read until it can be, and that nobody follows it any more',
    run: (context) =>
      onServed(context, async ({ page, directory, complaints, end }) => {
        await snapshotAt(directory, AT + 2 * HOUR_MS);
        const record = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((file) =>
          /^snapshots.*T200000Z-all\.ndjson$/.test(file),
        );
        const path = join(directory, record ?? '');
        const whole = readFileSync(path);
        rmSync(path);
        writeFileSync(path, 'no record');
        await notice(page).filter({ hasText: 'The history cannot be read since' }).waitFor(TIMEOUT);
        for (const width of [1440, 320]) {
          await page.setViewportSize({ width, height: 800 });
          await expectAccessible(page, `the notice at ${width} px`);
          assert.equal(await inPage(page, 'document.documentElement.scrollWidth <= innerWidth'), true);
        }
        rmSync(path);
        writeFileSync(path, whole);
        await until(page, "document.querySelector('.notice').textContent === ''");
        assert.deepEqual(complaints, []);
        await end();
        await notice(page).filter({ hasText: 'Nothing follows the history since' }).waitFor(TIMEOUT);
      }),
  },
];

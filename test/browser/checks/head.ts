import assert from 'node:assert/strict';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { AT, DAY_MS, HOUR_MS } from '../../support/report-history.ts';
import { type Opened, openFile } from '../chromium.ts';
import type { HistoryName, Written } from '../histories.ts';
import { type Check, expectAccessible, inPage, onPage, section, until } from './check.ts';

const SOON = AT + 20 * 60_000;

export const HEAD: readonly Check[] = [
  { name: 'the verdict of a fresh history, which ages while it is open', run: onPage('well', ages, { now: SOON }) },
  { name: 'the verdict of a stale history', run: onPage('well', isStale, { now: AT + 5 * DAY_MS }) },
  { name: 'the verdict of a broken history', run: onPage('broken', isBroken, { now: SOON }) },
  { name: 'an empty history has the next command', run: onPage('empty', saysNext, { now: SOON }) },
  { name: 'with several exports one that is not well is seen', run: onPage('moving', showsOthers, { now: SOON }) },
  {
    name: 'the contents have the titles, mark what is amiss, and show where one is',
    run: onPage('moving', follows, { now: SOON }),
  },
  {
    name: 'key figures link to their sections, and break no word on a narrow phone',
    run: onPage('moving', isNarrow, { now: SOON }),
  },
  { name: 'theme, export and filters are in the address', run: keepsState },
  { name: 'a job is searched for on the whole page', run: onPage('moving', searches, { now: SOON }) },
];

const plain = (text: string | null) => (text ?? '').replaceAll('\u2011', '-').replaceAll('\u00a0', ' ');
const textOf = async (place: Locator) => plain(await place.textContent());
const headline = (page: Page) => page.locator('.verdict-headline');
const summary = (page: Page) => page.locator('.verdict-summary');
const findings = async (page: Page) => (await page.locator('.verdict-items li').allTextContents()).map(plain);

async function ages({ page }: Opened): Promise<void> {
  // The clock of the browser goes on, however slow the machine is.
  assert.match(
    await textOf(headline(page)),
    /^Fresh: the newest snapshot is 2\d minutes old \(2026-11-23 18:00 UTC\); the next one is due 2026-11-23 19:00 UTC, one every hour as a rule\.$/,
  );
  assert.match(
    await textOf(summary(page)),
    /^All is well: 10 jobs in progress, none overdue; all 30 snapshots of the last 2 days came\.$/,
  );
  assert.deepEqual(await findings(page), []);
  const age = page.locator('.figure', { hasText: 'newest snapshot' });
  assert.match(await textOf(age), /2\d minutes old/);
  await page.clock.fastForward(HOUR_MS);
  await until(
    page,
    "/^Fresh: the newest snapshot is 8\\d minutes old/.test(document.querySelector('.verdict-headline').textContent)",
  );
  await page.clock.fastForward(HOUR_MS);
  await until(page, "document.querySelector('.verdict-headline').textContent.startsWith('Stale')");
  assert.match(
    await textOf(headline(page)),
    /^Stale: the newest snapshot is 2 hours old .*; the next one was due 2026-11-23 19:00 UTC, one every hour as a rule\./,
  );
  assert.match(await textOf(summary(page)), /^As of 2026-11-23 18:00 UTC all was well/);
  assert.match(await textOf(age), /2 hours old/);
  assert.match(await textOf(page.locator('#verdict [role=status]')), /^Stale/);
}

async function isStale({ page }: Opened): Promise<void> {
  assert.match(
    await textOf(headline(page)),
    /^Stale: the newest snapshot is 5 days old \(2026-11-23 18:00 UTC\); the next one was due 2026-11-23 19:00 UTC/,
  );
  assert.doesNotMatch(await textOf(page.locator('#verdict')), /All is well/);
  assert.match((await page.locator('#verdict').getAttribute('class')) ?? '', /verdict-bad/);
}

async function isBroken({ page }: Opened): Promise<void> {
  const shownText = await findings(page);
  assert.match(shownText[0] ?? '', /^Needs somebody: The rows of the newest snapshot have expired or are lost: /);
  assert.match(shownText[1] ?? '', /^Needs somebody: 2 of 30 snapshots did not come in the 2 days until 2026-11-23\.$/);
  assert.match(
    shownText[2] ?? '',
    /^Not known: What had changed on 1 of the 2 days until 2026-11-23: snapshots were compared with none/,
  );
  assert.equal(shownText.length, 3);
  assert.equal(await textOf(summary(page)), '2 things need somebody; 1 thing is not known.');
  assert.match(await textOf(page.locator('.figure', { hasText: 'overdue' })), /not known/);
  await page.getByRole('link', { name: '2 of 30 snapshots did not come' }).click();
  assert.match(await inPage<string>(page, 'location.href'), /#snapshots$/);
}

async function saysNext({ page }: Opened): Promise<void> {
  assert.equal(await textOf(headline(page)), 'There is no snapshot in empty yet.');
  assert.deepEqual(await page.locator('.next-steps code').allTextContents(), [
    'npm run export -- --out empty',
    'npm start -- --out empty',
    'npm run report -- empty --open',
  ]);
  assert.equal(await page.getByRole('button', { name: 'Copy the command' }).count(), 3);
  assert.equal(await page.locator('.figures').count(), 0);
}

async function showsOthers({ page }: Opened): Promise<void> {
  const others = page.getByRole('list', { name: 'Other exports' });
  assert.match(await textOf(others), /^fleets in 123456789012 eu-west-1: .*1 of 2 thing groups does not exist/);
  await others.getByRole('link').click();
  await until(page, "document.querySelector('#report .which select').value === '1'");
  assert.match(await textOf(page.locator('.about')), / · 1 group, 1 missing$/);
  assert.match(await textOf(others), /^all in 123456789012 eu-west-1: /);
  await page.goBack();
  await until(page, "document.querySelector('#report .which select').value === '0'");
}

async function follows({ page }: Opened): Promise<void> {
  const nav = page.getByRole('navigation', { name: 'Sections' });
  // Where the reader has colours of his own, what is transparent would be drawn: all would look current.
  await page.emulateMedia({ forcedColors: 'active' });
  const colours = await nav
    .getByRole('link')
    .evaluateAll((all) => all.map((one) => one.ownerDocument.defaultView?.getComputedStyle(one).borderBottomColor));
  const ground = await inPage(page, 'getComputedStyle(document.body).backgroundColor');
  assert.deepEqual([...new Set(colours)], [ground]);
  await page.emulateMedia({ forcedColors: null });
  const links = await nav.getByRole('link').evaluateAll((found) => found.map((one) => one.firstChild?.textContent));
  assert.deepEqual(links, await page.locator('main > section > h2').allTextContents());
  assert.match(await textOf(nav.getByRole('link', { name: 'Exports' })), /needs somebody/);
  assert.equal(await nav.locator('[aria-current]').count(), 0);
  await nav.getByRole('link', { name: 'Vanished' }).click();
  const current = () =>
    nav
      .locator('[aria-current]')
      .first()
      .evaluate((one) => one.firstChild?.textContent);
  await until(page, "document.querySelector('nav [aria-current]')?.getAttribute('href') === '#vanished'");
  assert.equal(await current(), 'Vanished');
  const top = await inPage<number>(page, "document.getElementById('vanished').getBoundingClientRect().top");
  const bar = await nav.boundingBox();
  assert.ok(Math.abs(bar?.y ?? 99) < 1, 'the bar is not on top');
  assert.ok(top >= (bar?.height ?? 0), `the section begins at ${top}, below the bar`);
  await expectAccessible(page, 'scrolled');
  // At the end of the page, going from one section to the next does not scroll.
  for (const id of ['purged', 'reporting']) {
    await nav.locator(`a[href='#${id}']`).click();
    await until(page, `document.querySelector('nav [aria-current]')?.getAttribute('href') === '#${id}'`);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  await until(page, "document.querySelector('nav').classList.contains('has-after')");
}

async function isNarrow({ page }: Opened): Promise<void> {
  const figures = page.locator('.figure');
  assert.equal(await figures.count(), 5);
  assert.deepEqual(await figures.evaluateAll((all) => all.map((one) => one.getAttribute('href'))), [
    '#counts',
    '#overdue',
    '#moved',
    '#rollouts',
    '#snapshots',
  ]);
  for (const width of [1440, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual([width, await inPage(page, BROKEN_WORDS)], [width, []]);
    // Charts are drawn for a new width a frame later.
    await until(page, `document.documentElement.scrollWidth === ${width}`);
    assert.deepEqual([width, await inPage(page, SPILT)], [width, []]);
  }
  await expectAccessible(page, 'at 320 px');
}

/** Words of the key figures that take more than one line. */
const BROKEN_WORDS = `(() => {
  const broken = [];
  const texts = document.createTreeWalker(document.querySelector('.figures'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/[^ ]+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1 && !texts.currentNode.parentElement.closest('.visually-hidden')) broken.push(word);
    }
  }
  return broken;
})()`;
/** Text that is wider than what it is in. */
const SPILT = `[...document.querySelectorAll('.figure span:not(.visually-hidden), #verdict p, #verdict li, header p')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.textContent)`;

async function keepsState(context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>): Promise<void> {
  const { file } = histories.get('moving') as Written;
  const { page, complaints } = await openFile(context, file, { now: SOON });
  const isAsLeft = async (other: Page) => {
    assert.equal(await other.getByLabel('Colours').inputValue(), 'dark');
    assert.equal(await inPage(other, 'document.documentElement.dataset.theme'), 'dark');
    assert.equal(await other.locator('.which select').inputValue(), '1');
    assert.equal(await section(other, 'overdue').getByLabel('Find a job').first().inputValue(), 'job-1');
  };
  await page.locator('.which select').selectOption('1');
  await page.getByLabel('Colours').selectOption('dark');
  await section(page, 'overdue').getByLabel('Find a job').first().fill('job-1');
  await until(page, "location.hash.includes('overdue.q=job-1')");
  const fragment = new URL(await inPage<string>(page, 'location.href')).hash;
  assert.equal(fragment, '#?export=fleets.123456789012.eu-west-1&theme=dark&overdue.q=job-1');
  await page.reload();
  await isAsLeft(page);
  // A plain anchor keeps what is chosen, and so does the way back from it.
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Moved' }).click();
  await until(page, "location.hash.startsWith('#moved?')");
  await isAsLeft(page);
  await page.goBack();
  await until(page, "location.hash.startsWith('#?')");
  await isAsLeft(page);
  const sent = await openFile(context, file, { now: SOON, fragment: fragment.replace('#', '#flows') });
  await isAsLeft(sent.page);
  await until(sent.page, "document.querySelector('nav [aria-current]')?.getAttribute('href') === '#flows'");
  await sent.page.close();
  const absent = await openFile(context, file, { fragment: '#?export=none.1.x&theme=pink' });
  assert.match(await textOf(absent.page.locator('.absent')), /asks for none\.1\.x, which is not on this page/);
  assert.deepEqual([...complaints, ...sent.complaints, ...absent.complaints], []);
  await absent.page.close();
  await page.close();
}

async function searches({ page }: Opened): Promise<void> {
  const field = page.getByLabel('Find a job on the whole page');
  const result = page.locator('.search-result');
  await field.fill('no-such-job');
  assert.match(await textOf(result), /^No job on this page has “no-such-job” in its id/);
  const id = (await section(page, 'vanished').locator('tbody tr').first().locator('td').first().textContent()) ?? '';
  await field.fill(id.trim().slice(0, 12).toUpperCase());
  const link = result.getByRole('link', { name: /^Vanished: \d+ jobs?$/ });
  const shownText = await textOf(link);
  await link.click();
  await until(page, "document.querySelector('nav [aria-current]')?.getAttribute('href') === '#vanished'");
  const table = section(page, 'vanished').locator(':scope > .table');
  assert.equal(await table.getByLabel('Find a job').inputValue(), id.trim().slice(0, 12).toUpperCase());
  assert.ok(Number(/\d+/.exec(shownText)?.[0]) > 0);
  assert.match(await textOf(table.getByRole('status').first()), /^\d+ jobs? of \d+/);
  await page.goBack();
  await until(page, "!location.hash.includes('vanished.q')");
  assert.equal(await table.getByLabel('Find a job').inputValue(), '');
}

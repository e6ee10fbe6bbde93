import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { cellTexts } from '../table-text.ts';
import { type Check, onPage, section } from './check.ts';

export const ROLLOUTS: readonly Check[] = [
  {
    name: 'rollouts: the worst first, by bars that tell their numbers, pages, and a course on demand',
    run: onPage('rollouts', showsRollouts),
  },
  { name: 'a rollout that is searched for is left in the list alone', run: onPage('rollouts', findsRollouts) },
];

async function findsRollouts({ page }: Opened): Promise<void> {
  const rollouts = section(page, 'rollouts');
  const names = () => cellTexts(rollouts.locator('.rollout-name a'));
  await page.getByLabel('Find a job on the whole page').fill('wave-1');
  await page.locator('.search-result').getByRole('link', { name: 'Rollouts: 10 jobs' }).click();
  assert.deepEqual(
    (await names()).every((name) => name.startsWith('wave-1')),
    true,
  );
  assert.equal((await names()).length, 10);
  assert.deepEqual(await rollouts.locator('.table-status').allTextContents(), [
    '10 jobs of 30',
    'No job is left by the filter.',
  ]);
  // They are all in the lists: the table of the numbers stays folded up.
  assert.equal(await rollouts.locator('details[open]').count(), 0);
  await rollouts.getByLabel('Find a job').fill('ended');
  assert.deepEqual(await names(), ['has-ended']);
  await page.reload();
  assert.deepEqual(await names(), ['has-ended']);
}

async function showsRollouts({ page }: Opened): Promise<void> {
  const rollouts = section(page, 'rollouts');
  const list = rollouts.locator('ol.rollouts').first();
  const names = () => cellTexts(list.locator('.rollout-name a'));
  const longId = 'firmware-4-0-0-rc-2-for-the-loading-bays-of-north-and-east-0001';
  assert.deepEqual((await names()).slice(0, 3), ['fails', 'stalls', longId]);
  assert.equal((await names()).length, 10);
  const [worst, , long] = [list.locator(':scope > li').nth(0), 0, list.locator(':scope > li').nth(2)];
  // It is shown without its middle, and is whole to hover and to copy.
  assert.equal(await long.locator('.id').getAttribute('title'), longId);
  const start = long.locator('.id-start');
  assert.deepEqual(
    await start.evaluate((element) => [
      element.scrollWidth > element.clientWidth,
      element.ownerDocument.defaultView?.getComputedStyle(element).textOverflow,
    ]),
    [true, 'ellipsis'],
  );
  assert.equal(
    await long.locator('.id').evaluate((element) => {
      const selection = element.ownerDocument.getSelection();
      selection?.selectAllChildren(element);
      return selection?.toString();
    }),
    longId,
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
  assert.deepEqual(await worst.locator('.rollout-facts li').allTextContents(), [
    'fails',
    '1,450 of 2,040 done',
    '203 failed (14.3 %)',
    '5.7 percentage points below an abort criterion',
    '50 things an hour',
    'end expected 2026\u201111\u201124\u00a005:48',
    'no standstill seen',
  ]);
  await worst.locator('summary').click();
  await worst.locator('details .chart').waitFor();
  assert.match(
    (await worst.locator('details').textContent()) ?? '',
    /Comment: a second try, with fewer things a minute/,
  );
  const chart = worst.locator('.chart');
  await chart.focus();
  await page.keyboard.press('End');
  assert.equal(await chart.getByRole('status').textContent(), '2026-11-23 18:00 UTC: done 1,450, failed 203');
  await rollouts.getByRole('button', { name: 'Next' }).first().click();
  await rollouts.getByRole('button', { name: 'Next' }).first().click();
  const rest = await names();
  assert.equal(rest.length, 10);
  // Those without a number have no bar, and are labelled so.
  const unknown = list.locator(':scope > li', { hasText: 'of-unknown-things' });
  assert.equal(await unknown.getByRole('img').count(), 0);
  assert.match((await unknown.textContent()) ?? '', /not known how many are done/);
  const ended = rollouts.locator('h3', { hasText: 'Just ended' }).locator('~ div').first();
  assert.match((await ended.locator('.rollout-name').textContent()) ?? '', /^has-ended/);
  assert.deepEqual(await ended.locator('.rollout-facts li').allTextContents(), [
    'completed',
    '118 of 118 done',
    '2 failed (1.7 %)',
    '0 canceled or removed',
  ]);
}

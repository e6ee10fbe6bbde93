import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { type Check, onPage, section } from './check.ts';

export const CHARTS: readonly Check[] = [
  { name: 'hovering a chart gives numbers, and so do the arrow keys', run: onPage('moving', tellsNumbers) },
  { name: 'fifty groups are fifty panels, of the status chosen', run: onPage('fifty groups', showsGroups) },
];

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
  for (const id of ['flows', 'durations', 'vanished', 'snapshots']) {
    const other = section(page, id).locator('.chart').first();
    await other.focus();
    await page.keyboard.press('Home');
    assert.match((await other.getByRole('status').textContent()) ?? '', /: .*\d/, id);
  }
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

import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { type Check, onPage, section } from './check.ts';

export const PAGE: readonly Check[] = [
  { name: 'another export shows its own numbers', run: onPage('moving', changesExport) },
  { name: 'what is not there is said in words, without an empty chart', run: onPage('one snapshot', saysNothing) },
  { name: 'the SQL is there to copy, with the days asked for in it', run: onPage('moving', showsSql) },
];

async function changesExport({ page }: Opened): Promise<void> {
  const choice = page.getByLabel('Export', { exact: true });
  const [first, second = '', ...others] = await choice.locator('option').allTextContents();
  assert.deepEqual([first, others], ['all in 123456789012 eu-west-1', []]);
  assert.match(second, /^fleets in 123456789012 eu-west-1: .*1 of 2 thing groups does not exist/);
  await choice.selectOption('1');
  assert.match((await section(page, 'counts').locator('.lede').textContent()) ?? '', /^1 thing group, 1 missing/);
  assert.match((await section(page, 'snapshots').locator('.lede').textContent()) ?? '', /1 thing group did not exist/);
}

async function saysNothing({ page }: Opened): Promise<void> {
  const lede = async (id: string) => (await section(page, id).locator('.lede').textContent()) ?? '';
  assert.match(await lede('moved'), /^Not known: every day has a snapshot that was compared with none/);
  assert.match(await lede('flows'), /^No job was seen/);
  assert.match(await lede('durations'), /^No job was seen completed/);
  assert.match(await lede('overdue'), /^No job is in progress/);
  assert.match(await lede('vanished'), /^No job of one snapshot/);
  assert.match(await lede('rollouts'), /^Not asked for: the option details of an export /);
  for (const id of ['rollouts', 'moved', 'flows', 'durations', 'overdue', 'vanished', 'purged']) {
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

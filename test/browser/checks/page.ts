import assert from 'node:assert/strict';
import type { Report } from '../../../local/report/model.ts';
import type { Changeable } from '../changed-report.ts';
import type { Opened } from '../chromium.ts';
import { type Check, inPage, onChangedPage, onPage, section } from './check.ts';

export const PAGE: readonly Check[] = [
  { name: 'another export shows its own numbers', run: onPage('moving', changesExport) },
  {
    name: 'many exports that need somebody do not push the verdict away',
    run: onChangedPage('moving', ofTwelve, foldsOthers),
  },
  { name: 'what is not there is said in words, without an empty chart', run: onPage('one snapshot', saysNothing) },
  { name: 'the SQL is there to copy, with the days asked for in it', run: onPage('moving', showsSql) },
];

async function changesExport({ page }: Opened): Promise<void> {
  const choice = page.getByLabel('Export', { exact: true });
  const [first, second = '', ...others] = await choice.locator('option').allTextContents();
  assert.deepEqual([first, others], ['all in 123456789012 eu-west-1', []]);
  assert.match(second, /^fleets in 123456789012 eu-west-1: .*1 of 2 thing groups does not exist/);
  await choice.focus();
  await choice.selectOption('1');
  assert.equal(await inPage(page, 'document.activeElement?.localName'), 'select', 'the choice has lost the focus');
  assert.match((await section(page, 'counts').locator('.lede').textContent()) ?? '', /^1 thing group, 1 missing/);
  assert.match((await section(page, 'snapshots').locator('.lede').textContent()) ?? '', /1 thing group did not exist/);
}

function ofTwelve({ combinations }: Changeable<Report>): void {
  const [one] = combinations;
  assert.ok(one);
  for (let i = 2; i < 12; i++) combinations.push({ ...structuredClone(one), exportName: `export-${i}` });
}

async function foldsOthers({ page }: Opened): Promise<void> {
  await page.setViewportSize({ width: 390, height: 840 });
  const others = page.locator('.others-folded');
  assert.equal(await page.getByRole('list', { name: 'Other exports' }).isVisible(), false);
  assert.equal((await others.locator('summary').textContent())?.trim(), '11 other exports need somebody');
  const top = await inPage<number>(page, "document.querySelector('.verdict').getBoundingClientRect().top");
  assert.ok(top < 420, `the verdict is ${top} px below the top`);
  await others.locator('summary').click();
  await page.getByRole('link', { name: 'export-5 in' }).click();
  assert.match(
    (await page.getByLabel('Export', { exact: true }).locator('option:checked').textContent()) ?? '',
    /^export-5 /,
  );
}

async function saysNothing({ page }: Opened): Promise<void> {
  const lede = async (id: string) => (await section(page, id).locator('.lede').textContent()) ?? '';
  assert.match(await lede('moved'), /^Not known: every day has a snapshot that was compared with none/);
  for (const id of ['flows', 'durations', 'vanished']) {
    assert.match(await lede(id), /^Not known: this takes two snapshots/, id);
  }
  assert.match(await lede('overdue'), /^No job is in progress/);
  // An empty section is one line, with its source.
  assert.deepEqual(await section(page, 'overdue').locator('summary').allTextContents(), [
    'SQL for Athena, and what this rests on',
  ]);
  assert.match(await lede('rollouts'), /^Not requested: the option details of an export /);
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
  await page.waitForFunction((status) => status?.textContent !== '', await details.getByRole('status').elementHandle());
  assert.match((await details.getByRole('status').textContent()) ?? '', /^(Copied|The browser does not let)/);
}

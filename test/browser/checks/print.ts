import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import type { BrowserContext } from 'playwright-core';
import { type Opened, openFile } from '../chromium.ts';
import type { HistoryName, Written } from '../histories.ts';
import { type Check, CUT_TEXT, changed, inPage, onPage, openAllDetails, section } from './check.ts';

export const PRINT: readonly Check[] = [
  { name: 'on paper it is light, whatever the screen is', run: onPage('moving', prints) },
  ...(['moving', 'fifty groups', 'rollouts', 'long'] as const).map((name) => ({
    name: `${name}: what is printed is the same from a window of any width`,
    run: (context: BrowserContext, histories: ReadonlyMap<HistoryName, Written>) =>
      printsTheSame(context, histories.get(name) as Written),
  })),
];

const NOW = '2026-11-25T12:00:00Z';

async function prints({ page }: Opened): Promise<void> {
  const line = () =>
    section(page, 'counts').locator('.canvas svg path[stroke-width="1.8"]').first().getAttribute('stroke');
  const text = () => inPage<string>(page, 'getComputedStyle(document.body).color');
  await page.emulateMedia({ colorScheme: 'light' });
  const [lightLine, lightText] = [await line(), await text()];
  await page.emulateMedia({ colorScheme: 'dark' });
  // The page redraws its charts some time after the browser was told to change.
  const darkLine = await changed(line, lightLine);
  const darkText = await changed(text, lightText);
  await inPage(page, "void dispatchEvent(new Event('beforeprint'))");
  assert.deepEqual([await line(), await text()], [lightLine, lightText]);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const box = await section(page, 'counts').locator('.canvas').first().boundingBox();
  assert.ok((box?.height ?? 0) > 60, 'the chart has no height on paper');
  assert.deepEqual(await inPage(page, CUT_TEXT), []);
  await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
  await inPage(page, "void dispatchEvent(new Event('afterprint'))");
  assert.deepEqual([await line(), await text()], [darkLine, darkText]);
}

async function printsTheSame(context: BrowserContext, { file }: Written): Promise<void> {
  const printed = new Map<number, Buffer[]>();
  for (const width of [1440, 768, 390]) {
    const { page, complaints } = await openFile(context, file);
    try {
      await page.setViewportSize({ width, height: 900 });
      // Ages are reckoned when the page is opened.
      await page.clock.setFixedTime(NOW);
      await page.reload();
      await openAllDetails(page);
      await page.locator('.canvas svg').last().waitFor();
      printed.set(width, streams(await page.pdf({ format: 'A4' })));
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
    }
  }
  const wide = printed.get(1440) as Buffer[];
  assert.ok(wide.length > 5, 'nothing of it can be read');
  for (const width of [768, 390]) {
    const other = printed.get(width) as Buffer[];
    assert.equal(other.length, wide.length, `from ${width} px`);
    const place = wide.findIndex((stream, i) => !stream.equals(other[i] as Buffer));
    assert.equal(place, -1, `what is drawn differs from ${width} px: stream ${place} of ${wide.length}`);
  }
}

/** What a PDF draws: its streams, as they were before they were compressed. When it was made is not in them. */
function streams(pdf: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; ; ) {
    const begin = pdf.indexOf('stream', at);
    if (begin < 0) return found;
    const from = begin + 'stream'.length + (pdf[begin + 'stream'.length] === 13 ? 2 : 1);
    const end = pdf.indexOf('endstream', from);
    const bytes = pdf.subarray(from, end);
    try {
      found.push(inflateSync(bytes));
    } catch {
      found.push(Buffer.from(bytes));
    }
    at = end + 'endstream'.length;
  }
}

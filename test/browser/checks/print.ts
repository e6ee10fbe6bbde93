import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { type Check, changed, inPage, onPage, section } from './check.ts';

export const PRINT: readonly Check[] = [
  { name: 'on paper it is light, whatever the screen is', run: onPage('moving', prints) },
];

async function prints({ page }: Opened): Promise<void> {
  const line = () =>
    section(page, 'counts').locator('.canvas svg path[stroke-width="1.8"]').first().getAttribute('stroke');
  const text = () => inPage<string>(page, 'getComputedStyle(document.body).color');
  await page.emulateMedia({ colorScheme: 'light' });
  const [lightLine, lightText] = [await line(), await text()];
  await page.emulateMedia({ colorScheme: 'dark' });
  // The page draws its charts anew when the browser tells it, some time after it was asked to change.
  const darkLine = await changed(line, lightLine);
  const darkText = await changed(text, lightText);
  await inPage(page, "void dispatchEvent(new Event('beforeprint'))");
  assert.deepEqual([await line(), await text()], [lightLine, lightText]);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const box = await section(page, 'counts').locator('.canvas').first().boundingBox();
  assert.ok((box?.height ?? 0) > 60, 'the chart has no height on paper');
  await page.emulateMedia({ colorScheme: 'dark', media: 'screen' });
  await inPage(page, "void dispatchEvent(new Event('afterprint'))");
  assert.deepEqual([await line(), await text()], [darkLine, darkText]);
  assert.ok((await page.pdf({ format: 'A4' })).byteLength > 50_000);
}

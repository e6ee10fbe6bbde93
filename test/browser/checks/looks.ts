import assert from 'node:assert/strict';
import type { Opened } from '../chromium.ts';
import { type Check, expectAccessible, inPage, onPage, openAllDetails } from './check.ts';

const PHONE = { width: 360, height: 740 };

export const LOOKS: readonly Check[] = [
  ...(['moving', 'empty', 'one snapshot', 'one job', 'fifty groups', 'rollouts', 'well', 'broken'] as const).map(
    (name) => ({
      name: `${name}: no console error, no request, nothing that axe finds, in light and dark, wide and on a phone`,
      run: onPage(name, looksRight),
    }),
  ),
];

async function looksRight({ page }: Opened): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await openAllDetails(page);
    await expectAccessible(page, colorScheme);
  }
  await page.setViewportSize(PHONE);
  await expectAccessible(page, 'phone');
  const [needed, there] = await inPage<[number, number]>(page, '[document.documentElement.scrollWidth, innerWidth]');
  assert.equal(needed, there, 'the page scrolls sideways on a phone');
}

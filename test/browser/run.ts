/**
 * `npm run test:report [-- words]`: the report in a real browser, all checks or those with these words in their name. With
 * `--if-possible` it is skipped where there is none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from './checks/index.ts';
import { findChromium, launch } from './chromium.ts';
import { writeHistories } from './histories.ts';

const executable = findChromium();
if (!executable) {
  console.error(
    'test:report is skipped; it needs Chromium: apt-get install chromium, or the path of one in CHROMIUM_PATH',
  );
  process.exit(process.argv.includes('--if-possible') ? 0 : 2);
}
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const checks = CHECKS.filter(({ name }) => words.every((word) => name.includes(word)));
if (checks.length === 0) {
  console.error(`test:report has no check with ${words.join(' ')} in its name`);
  process.exit(2);
}
const root = mkdtempSync(join(tmpdir(), 'report-pages-'));
let failures = 0;
try {
  const histories = await writeHistories(root);
  const browser = await launch(executable);
  try {
    for (const { name, run } of checks) {
      try {
        await run(browser.context, histories);
        console.log(`✓ ${name}`);
      } catch (error) {
        failures += 1;
        console.error(`✗ ${name}\n${error instanceof Error ? error.stack : error}`);
      }
    }
  } finally {
    await browser.close();
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
console.log(failures === 0 ? `${checks.length} checks of the report in ${executable}` : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

/**
 * `npm run docs:report`: writes docs/report-light.png and docs/report-dark.png, the first screen of the report of `npm start` at a
 * fixed time, and their text alternative in the README. Needs Chromium.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawingOn } from '../local/cli/drawing.ts';
import { checkExportHealth } from '../local/demo/check-health.ts';
import { timetable } from '../local/demo/timetable.ts';
import { openWorld } from '../local/demo/world.ts';
import { writeHistory } from '../local/demo/write-history.ts';
import { openDirectoryHistory } from '../local/directory-history.ts';
import { buildReport } from '../local/report/build-report.ts';
import { bundlePage } from '../local/report/bundle.ts';
import { filesOfDirectory } from '../local/report/fetch.ts';
import { reportHtml } from '../local/report/html.ts';
import type { Report } from '../local/report/model.ts';
import { verdictOf } from '../local/report/page/head/verdict-text.ts';
import { SimulatedClock } from '../local/simulator/clock.ts';
import { directoryArchive } from '../local/verify/directory-archive.ts';
import { findChromium, launch } from '../test/browser/chromium.ts';

const README = join(import.meta.dirname, '../README.md');
const DOCS = join(import.meta.dirname, '../docs');
/** When `npm start` runs and its page is opened. */
const NOW = '2026-11-26T18:20:00Z';
const SIZE = { width: 1280, height: 800 };
/** Maximum size of a picture. */
const MAX_BYTES = 200_000;
const HOUR_MS = 3_600_000;
/** Longer waits are deadlines. */
const LONGEST_WAIT_MS = 1000;

/** A clock that advances only during waits, so that the pictures do not depend on the machine's speed. */
class WaitingClock extends SimulatedClock {
  constructor(startAt: number) {
    super(startAt, 0);
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > LONGEST_WAIT_MS) return await super.sleep(ms, signal);
    this.skipTo(this.now() + Math.ceil(ms));
  }
}

const executable = findChromium();
if (!executable) {
  console.error('docs:report needs Chromium: apt-get install chromium, or the path of one in CHROMIUM_PATH');
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'report-pictures-'));
try {
  const report = await reportOfDemo(directory);
  const page = join(directory, 'report.html');
  writeFileSync(page, reportHtml(report, await bundlePage()));
  await takePictures(executable, page);
  updateReadme(report);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** The report of `npm start`. */
async function reportOfDemo(directory: string): Promise<Report> {
  const table = timetable([], Date.parse(NOW));
  const startAt = table.beganAt - HOUR_MS;
  const world = await openWorld(startAt, table.beganAt, new WaitingClock(startAt));
  try {
    const history = await openDirectoryHistory(directory);
    await writeHistory(world, history, table, drawingOn(process.stderr), new AbortController().signal);
    await checkExportHealth(directory, world.clock);
  } finally {
    await world.close();
  }
  const archive = directoryArchive(directory);
  const report = await buildReport({
    place: 'demo-history',
    archive,
    files: filesOfDirectory(directory),
    selection: {},
  });
  return { ...report, writtenAt: NOW.replace('T', ' ').replace('Z', '') };
}

async function takePictures(executable: string, file: string): Promise<void> {
  const browser = await launch(executable);
  try {
    const page = await browser.context.newPage();
    await page.clock.setFixedTime(new Date(NOW));
    await page.setViewportSize(SIZE);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`file://${file}`);
      await page.waitForFunction('document.fonts.ready.then(() => true)');
      const path = join(DOCS, `report-${colorScheme}.png`);
      const { byteLength } = await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      console.log(`${path}, ${Math.ceil(byteLength / 1000)} kB`);
      if (byteLength > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES} bytes`);
    }
  } finally {
    await browser.close();
  }
}

/** Writes the verdict to the README as the pictures' text alternative. */
function updateReadme(report: Report): void {
  const { headline, summary, items } = verdictOf(report, report.combinations[0], Date.parse(NOW));
  const alt = [
    'The first screen of the report of npm start.',
    `${headline.split(';')[0]}.`,
    summary.replace(/\.$/, items.length > 0 ? `: ${items.map(({ what }) => what).join(', ')}.` : '.'),
  ].join(' ');
  const before = readFileSync(README, 'utf8');
  const after = before.replace(
    /(<img src="docs\/report-light\.png" alt=")[^"]*/,
    (_, begin) => begin + alt.replaceAll('"', '&quot;'),
  );
  if (!after.includes(`src="docs/report-light.png" alt="${alt}"`))
    throw new Error('README.md does not show the picture');
  writeFileSync(README, after);
}

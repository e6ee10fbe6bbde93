/** `npm start`: the exporter on a simulated fleet, and queries on what it wrote. */
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { drawingOn } from './cli/drawing.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { DEMO_QUERIES } from './demo/tables.ts';
import { takeSnapshots } from './demo/take-snapshots.ts';
import { openWorld } from './demo/world.ts';
import { openDirectoryStore } from './directory-store.ts';
import { openHistory } from './history/open.ts';
import { renderTable } from './history/render.ts';
import { filesOfDirectory } from './report/fetch.ts';
import { writeReport } from './report/write-report.ts';
import { directoryArchive } from './verify/directory-archive.ts';
import { parseKey } from './verify/parse-key.ts';

const HOUR_MS = 3_600_000;
const SNAPSHOTS = 8;
/** How long ago the first run begins, so that the next ones, which go on from there, do not lie in the future. */
const BEGIN_HOURS_AGO = 7 * 24;

const { out } = new Command('npm start --')
  .description('Runs the exporter on a simulated fleet for some simulated hours, and queries what it wrote.')
  .option('--out <directory>', 'where to keep the history', './demo-history')
  .parse()
  .opts<{ out: string }>();

try {
  await run(out);
} catch (error) {
  exitOn(error);
}
process.exit(EXIT.stands);

async function run(directory: string): Promise<void> {
  const store = await openDirectoryStore(directory);
  const newest = await newestSnapshot(directory);
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const first = newest === undefined ? thisHour - BEGIN_HOURS_AGO * HOUR_MS : newest + HOUR_MS;
  const world = await openWorld(first - HOUR_MS);
  try {
    for (let i = 0; i < SNAPSHOTS; i++) {
      await takeSnapshots(world, store, first + i * HOUR_MS, drawingOn(process.stdout));
    }
  } finally {
    await world.close();
  }
  await showTables(directory);
  const page = join(directory, 'report.html');
  const archive = directoryArchive(directory);
  await writeReport(page, { place: directory, archive, files: filesOfDirectory(directory), asked: {} });
  console.log(closingWords(directory, newest !== undefined));
}

/** Scheduled time of the newest snapshot in a directory, so that another demo goes on from there. */
async function newestSnapshot(directory: string): Promise<number | undefined> {
  const files = await readdir(directory, { recursive: true });
  const times = files.flatMap((file) => {
    const identity = parseKey(file.replaceAll('\\', '/'));
    return identity && file.startsWith('snapshots') ? [identity.scheduledAt] : [];
  });
  return times.length > 0 ? Math.max(...times) : undefined;
}

async function showTables(directory: string): Promise<void> {
  const history = await openHistory(directory);
  try {
    for (const { question, sql } of DEMO_QUERIES)
      console.log(`\n${question}\n${renderTable(await history.query(sql))}`);
  } finally {
    history.close();
  }
}

function closingWords(directory: string, hadHistory: boolean): string {
  const path = relative('.', resolve(directory)) || '.';
  return `
The history is in ${path}: rows in jobs/, records in snapshots/, the same keys as in S3.
${hadHistory ? 'This run added to what was there.' : 'Another npm start adds eight hours to it.'} To start afresh: rm -rf ${path}
To check it: npm run verify -- ${path}
To ask it: npm run query -- --dir ${path} --help
To look at it: open ${join(path, 'report.html')} in a browser; npm run report -- ${path} --open writes one anew`;
}

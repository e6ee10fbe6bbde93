/** `npm start`: runs the exporter on a simulated fleet, and writes a report of the history. */
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { VERSION } from '../lambda/version.ts';
import './cli/closed-pipe.ts';
import { utcDate } from '../lambda/contract/keys.ts';
import { commandName, commandStart } from './cli/called-as.ts';
import { drawingOn } from './cli/drawing.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { counted } from './cli/figures.ts';
import { HELP_FORMAT, helpText } from './cli/help-format.ts';
import { endOnInterrupt, interruptSignal } from './cli/interrupt.ts';
import { directoryOf } from './cli/place.ts';
import { bold, type Screen, screenOf } from './cli/screen.ts';
import { wrapText } from './cli/wrap.ts';
import { checkExportHealth } from './demo/check-health.ts';
import { saveClockOffset } from './demo/demo-clock.ts';
import { demoQuery } from './demo/demo-query.ts';
import { rolloutLines } from './demo/rollout-lines.ts';
import { STORY } from './demo/story.ts';
import { timetable } from './demo/timetable.ts';
import { openWorld } from './demo/world.ts';
import { writeHistory } from './demo/write-history.ts';
import { openDirectoryHistory } from './directory-history.ts';
import { openHistory } from './history/open.ts';
import { renderTable } from './history/render.ts';
import { filesOfDirectory } from './report/fetch.ts';
import { writeReport } from './report/write-report.ts';
import { directoryArchive } from './verify/directory-archive.ts';
import { parseKey } from './verify/parse-key.ts';

const HOUR_MS = 3_600_000;
/** Columns without a terminal. */
const DEFAULT_WIDTH = 80;

const HELP_AFTER = `
Needs no AWS account and no network. Run it again to add a simulated day.

Examples:
  $ ${commandStart('demo')}
  $ ${commandStart('demo')} --out ./other-history

Exit codes:
  ${String(EXIT.ok).padEnd(4)}  the history and its report are written
  ${String(EXIT.failed).padEnd(4)}  failed
  ${String(EXIT.usage).padEnd(4)}  the command line is wrong
  ${String(EXIT.storeRefused).padEnd(4)}  the directory refused: no permission, no space
  ${String(EXIT.interrupted).padEnd(4)}  stopped by Ctrl-C (${EXIT.terminated} by SIGTERM)`;

try {
  const { out } = new Command(commandStart('demo'))
    .description('Runs the exporter on a simulated fleet for some simulated weeks, and reports on what it wrote.')
    .version(VERSION)
    .option('--out <directory>', 'where to keep the history', './demo-history')
    .showHelpAfterError(`(${commandStart('demo')} --help says what there is)`)
    .configureHelp(HELP_FORMAT)
    .addHelpText('after', helpText(HELP_AFTER))
    .exitOverride()
    .parse()
    .opts<{ out: string }>();
  await run(directoryOf(out, '--out'));
} catch (error) {
  exitOn(error);
}
process.exit(EXIT.ok);

async function run(directory: string): Promise<void> {
  const { width, hasStyles } = screenOf(process.stdout);
  const screen = { hasStyles, width: Number.isFinite(width) ? width : DEFAULT_WIDTH };
  const drawing = drawingOn(process.stdout);
  const history = await openDirectoryHistory(directory);
  const times = await scheduledTimes(directory);
  const table = timetable(times, Date.now());
  const [from, to] = [table.due[0]?.scheduledAt ?? 0, table.due.at(-1)?.scheduledAt ?? 0];
  console.log(wrapText(`A simulated fleet, by its own clock from ${utcDate(from)} to ${utcDate(to)}:`, screen.width));
  let offsetMs = 0;
  const world = await openWorld(from - HOUR_MS, table.beganAt);
  try {
    await writeHistory(world, history, table, drawing, interruptSignal());
    // Before the health check, which makes a watching report rebuild its page.
    offsetMs = await saveClockOffset(directory, world.clock.now());
    await checkExportHealth(directory, world.clock);
  } finally {
    await world.close();
  }
  // From here on, an interrupt cannot leave anything incomplete.
  endOnInterrupt();
  await showAnswers(directory, screen);
  const page = join(directory, 'report.html');
  drawing.live('writing the report');
  try {
    const archive = directoryArchive(directory);
    await writeReport(page, {
      place: directory,
      archive,
      files: filesOfDirectory(directory),
      selection: {},
      clockOffset: async () => offsetMs,
    });
  } finally {
    drawing.stop();
  }
  console.log(wrapText(closingWords(directory, table.isFirst, offsetMs), screen.width));
  console.log(`\n${bold(`The report, for a browser: ${relative('.', resolve(page))}`, screen)}`);
}

/** Scheduled times of existing snapshots, so that another run continues after the newest. */
async function scheduledTimes(directory: string): Promise<number[]> {
  const files = await readdir(directory, { recursive: true });
  return files.flatMap((file) => {
    const identity = parseKey(file.replaceAll('\\', '/'));
    return identity && file.startsWith('snapshots') ? [identity.scheduledAt] : [];
  });
}

async function showAnswers(directory: string, screen: Screen): Promise<void> {
  const history = await openHistory(directory);
  try {
    const { question, sql } = demoQuery();
    console.log(`\n${wrapText(question, screen.width)}\n${renderTable(await history.query(sql), screen)}`);
    console.log(`\n${wrapText((await rolloutLines(history)).join('\n'), screen.width)}`);
  } finally {
    history.close();
  }
}

function closingWords(directory: string, isFirst: boolean, offsetMs: number): string {
  const path = relative('.', resolve(directory)) || '.';
  return `${isFirst ? `\n${STORY}\n` : ''}
The history is in ${path}, under the same keys as in S3.
${isFirst ? `Another ${commandName('demo')} adds a simulated day.` : `This run added to what was there.${clockWords(offsetMs)}`}
To check it, to ask it, to write the report anew, to start afresh:
  $ ${commandStart('verify')} ${path}
  $ ${commandStart('query')} --dir ${path}
  $ ${commandStart('report')} ${path} --open
  $ rm -rf ${path}`;
}

/** Each run adds a day, whenever it is run, so the clocks may differ. */
function clockWords(offsetMs: number): string {
  if (offsetMs === 0) return '';
  const hours = counted(Math.floor(Math.abs(offsetMs) / HOUR_MS), 'hour');
  return ` The clock of the demo is ${hours} ${offsetMs > 0 ? 'ahead of' : 'behind'} yours now, and the report goes by it.`;
}

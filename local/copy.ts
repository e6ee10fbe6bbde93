/** `npm run copy`: copies a history from one place to another. */
import './cli/closed-pipe.ts';
import { drawingOn } from './cli/drawing.ts';
import { EXIT, type ExitCode } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { InterruptedError, interruptSignal } from './cli/interrupt.ts';
import { screenOf } from './cli/screen.ts';
import { wrapText } from './cli/wrap.ts';
import { type CopyCommandOptions, copyCommand } from './copy/command.ts';
import { copyHistory } from './copy/copy-history.ts';
import { openPlaces } from './copy/open-places.ts';
import { Tally } from './copy/tally.ts';

const interrupt = interruptSignal();
const command = copyCommand();
try {
  command.parse();
  const [from, to] = command.args as [string, string];
  process.exitCode = await run(from, to, command.opts<CopyCommandOptions>());
} catch (error) {
  exitOn(error);
}

async function run(from: string, to: string, options: CopyCommandOptions): Promise<ExitCode> {
  const { account, rowsExpireAfterDays } = options;
  const tally = new Tally({ from, to, isDryRun: options.dryRun ?? false, rowsExpireAfterDays });
  const drawing = drawingOn(process.stderr);
  try {
    const { source, target } = await openPlaces(from, to, options, interrupt);
    drawing.live(`copying ${from}`, () => tally.figures);
    for await (const copied of copyHistory(source, target, { interrupt, account, rowsExpireAfterDays })) {
      tally.take(copied);
    }
  } catch (error) {
    drawing.stop();
    endInterrupted(error, tally);
    if (tally.hasCopied) console.error(`${tally.figures} copied before an error; another run goes on from there`);
    throw error;
  } finally {
    drawing.stop();
  }
  const { width } = screenOf(process.stdout);
  for (const line of tally.lines()) console.log(wrapText(line, width));
  return tally.exitCode;
}

/** Ends the process after an interrupt, with one line. Returns for other errors. */
function endInterrupted(error: unknown, tally: Tally): void {
  if (!(error instanceof InterruptedError)) return;
  console.error(`Interrupted: ${tally.figures} copied; another run goes on from there`);
  process.exit(error.signalName === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
}

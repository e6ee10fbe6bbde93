import { Command } from 'commander';
import { VERSION } from '../lambda/version.ts';
import { commandStart } from './cli/called-as.ts';
import './cli/closed-pipe.ts';
import { day, wholeDays } from './cli/day.ts';
import { drawingOn } from './cli/drawing.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { counted } from './cli/figures.ts';
import { HELP_FORMAT, helpText } from './cli/help-format.ts';
import { endOnInterrupt } from './cli/interrupt.ts';
import { parsePlace } from './cli/place.ts';
import { screenOf } from './cli/screen.ts';
import { UsageError } from './cli/usage-error.ts';
import { wrapText } from './cli/wrap.ts';
import { renderTable } from './history/render.ts';
import { openArchive } from './verify/open-archive.ts';
import { summarize } from './verify/summary.ts';
import { UnselectedSnapshots, verdict } from './verify/verdict.ts';
import { type Finding, verify } from './verify/verify.ts';

const HELP_AFTER = `
What is checked of each snapshot: its record, its rows, its changes and its details are there, in the right place, and of
the types of the data contract. Rows, changes and details are one whole gzip file each, with the size, the SHA-256 and the
counts that the record says. Each job is there once in a scope, and the times are within the run; each job of the details
is there once, and in the rows. Rows, changes and details without a record are found, too.

What is checked of the line: the rows of the snapshot before, with the changes applied, are these rows; each change has
the reason that it must have; first_seen_at and status_since follow from the rows before, and progress_since,
previous_described_at and previous_things_done from the details before. A snapshot that another one names, and that is gone
as a whole, is found.

What is shown, and is no problem: snapshots that were due and did not come, by the schedule that the records have, else by
the usual period; forks and gaps in the line, where a snapshot does not follow the newest before it; snapshots that could
not be compared with the one before, and why; details that do not say since when jobs have made no progress, nor how
fast they are.

What cannot be found: a snapshot that is gone as a whole where no other one names it and no schedule misses it, and a
record that was changed together with all that it speaks of.

Rows that the bucket lets expire (expireRowsAfterDays of the deployment) look like lost ones: their records stay. With
--rows-expire-after-days, rows that are gone and old enough are counted as expired, and are no problem; younger ones are
lost. S3 counts from the put to the midnight (UTC) after so many days, and removes later.

An exporter may be at work meanwhile. Rows that are younger than an hour and have no record yet are shown, and are no
problem.

Examples:
  $ ${commandStart('verify')} ./history
  $ ${commandStart('verify')} s3://my-history-bucket --from 2026-11-01 --quick
  $ ${commandStart('verify')} s3://my-history-bucket --rows-expire-after-days 400

Exit codes:
  ${String(EXIT.ok).padEnd(4)}  all is well; gaps, forks and expired rows are shown, but do not count as problems
  ${String(EXIT.failed).padEnd(4)}  there are problems, or the store did not answer
  ${String(EXIT.usage).padEnd(4)}  the command line is wrong
  ${String(EXIT.denied).padEnd(4)}  credentials are missing, or have expired
  ${String(EXIT.storeRefused).padEnd(4)}  a permission is missing, or there is no such bucket or directory
  ${String(EXIT.nothingFound).padEnd(4)}  nothing was verified: no snapshot is there, or none that was selected
  ${String(EXIT.interrupted).padEnd(4)}  stopped by Ctrl-C (${EXIT.terminated} by SIGTERM)

Progress goes to stderr, the result to stdout.`;

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly export?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly quick?: boolean;
  readonly rowsExpireAfterDays?: number;
}

const command = new Command(commandStart('verify'))
  .description('Checks that stored snapshots are undamaged, and as their records say.')
  .version(VERSION)
  .argument('<place>', 'a directory, or s3://bucket[/prefix]')
  .option('--from <day>', 'first day of scheduled times, as 2026-11-23', day)
  .option('--to <day>', 'last day', day)
  .option('--export <name>', 'only this export')
  .option(
    '--quick',
    'trust the SHA-256 that S3 keeps of an object, and read rows, changes and details only where it keeps none; snapshots are not ' +
      'compared with the ones before',
  )
  .option(
    '--rows-expire-after-days <days>',
    'expireRowsAfterDays of the deployment: older rows that are gone have expired',
    wholeDays,
  )
  .option('--region <region>', "AWS Region of the bucket (default: AWS_REGION, else the profile's)")
  .option('--profile <name>', 'profile of ~/.aws/config to use')
  .showHelpAfterError(`(${commandStart('verify')} --help says what there is)`)
  .configureHelp(HELP_FORMAT)
  .addHelpText('after', helpText(HELP_AFTER))
  .exitOverride();

endOnInterrupt();
try {
  command.parse();
  process.exitCode = await run(command.args[0] as string, command.opts<Options>());
} catch (error) {
  exitOn(error);
}

async function run(place: string, options: Options): Promise<number> {
  const { from, to } = options;
  if (from && to && from > to) throw new UsageError(`--from ${from} is after --to ${to}: exchange them`);
  const archive = await openArchive(parsePlace(place, '<place>'), options);
  const drawing = drawingOn(process.stderr);
  const findings: Finding[] = [];
  const others = new UnselectedSnapshots();
  let jobs = 0;
  try {
    drawing.live(`reading ${place}`, () => `${counted(findings.length, 'object')}, ${counted(jobs, 'job')}`);
    const selection = { ...options, exportName: options.export, isQuick: options.quick };
    for await (const finding of verify(archive, selection, { onUnselected: others.add })) {
      findings.push(finding);
      jobs += finding.jobCount ?? 0;
    }
  } finally {
    drawing.stop();
  }
  const summary = summarize(findings);
  const { text, exitCode } = verdict(summary, place, others);
  const { width } = screenOf(process.stdout);
  if (summary.heading !== '') console.log(summary.heading);
  if (summary.table.rows.length > 0) console.log(renderTable(summary.table));
  for (const line of [...summary.lines, text]) console.log(wrapText(line, width));
  return exitCode;
}

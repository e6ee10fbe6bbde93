import { Command, InvalidArgumentError } from 'commander';
import { VERSION } from '../../lambda/version.ts';
import { commandStart } from '../cli/called-as.ts';
import { day } from '../cli/day.ts';
import { HELP_FORMAT, helpText } from '../cli/help-format.ts';
import { UsageError } from '../cli/usage-error.ts';

/** Options of the command line. */
export interface ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly export?: string;
  readonly account?: string;
  readonly region?: string;
  readonly bucketRegion?: string;
  readonly profile?: string;
  readonly out: string;
  /** `true`: a file beside the page. */
  readonly data?: string | true;
  readonly open?: boolean;
  readonly watch?: boolean;
  readonly port?: number;
  /** Seconds. */
  readonly every?: number;
}

/** Seconds between two listings of a history: a listing of a bucket costs money. */
export const EVERY_SECONDS = { bucket: 60, directory: 5 } as const;

const HELP_AFTER = `
The page is one HTML file that needs no network. It says first whether all is well: how old the newest snapshot is, what
fails, stalls or is overdue, what is missing. Then it shows rollouts, counts, what moved, durations, what vanished and
what AWS may purge, whether the snapshots came, flows, and which exports of a hub report. It has each selected export,
account and Region, up to 12, and all exports that a hub looks at.

It reads all records, what changed from one snapshot to the next, the details of the last 60 days, and the rows of the
newest snapshot. What changed before a snapshot that was compared with none is not known, and the page says so. From
s3:// only what is read is fetched.

With --data the numbers of the page are written as JSON, too: their fields:
https://github.com/iot-jobs-exporter/iot-jobs-exporter/blob/main/docs/report.md

With --watch the page is served on this machine alone, and follows the history: it is made anew when there is a new
snapshot, and what is open in a browser with it. Then files are written only where --out or --data is given, and written
anew as well. While the history cannot be read the last page stays, and says so.

Examples:
  $ ${commandStart('report')} ./history --open
  $ ${commandStart('report')} s3://my-history-bucket --from 2026-10-01 --export all
  $ ${commandStart('report')} ./history --out october.html --data october.json
  $ ${commandStart('report')} s3://my-history-bucket --watch --open

Exit codes:
  0     the page is written
  1     the history could not be read
  2     the command line is wrong, or asks for what is not there; with --watch, the port is taken
  3, 4  credentials or permissions are missing; there is no such bucket or directory, or a file cannot be written there
  130   stopped by Ctrl-C (143 by SIGTERM), as --watch always is

Progress goes to stderr, the result to stdout.`;

/** The command line of `npm run report`. */
export function reportCommand(): Command {
  return new Command(commandStart('report'))
    .description('Writes a page that shows a history of snapshots.')
    .version(VERSION)
    .argument('<place>', 'a directory, or s3://bucket[/prefix]')
    .option('--from <day>', 'first day of scheduled times, as 2026-11-23', day)
    .option('--to <day>', 'last day', day)
    .option('--export <name>', 'only this export')
    .option('--account <id>', 'only this account', account)
    .option('--region <region>', 'only jobs of this AWS Region')
    .option('--out <file>', 'where to write the page', './report.html')
    .option('--data [file]', 'write its numbers as JSON, too (default: beside the page, as report.json)')
    .option('--open', 'open it in the browser')
    .option('--watch', 'serve it on this machine and follow the history, until Ctrl-C')
    .option('--port <port>', 'port of 127.0.0.1 for --watch (default: one that is free)', port)
    .option(
      '--every <seconds>',
      `seconds between two looks at the history for --watch (default: ${EVERY_SECONDS.bucket} at a bucket, ${EVERY_SECONDS.directory} at a directory)`,
      everySeconds,
    )
    .option('--bucket-region <region>', "AWS Region of the bucket (default: AWS_REGION, else the profile's)")
    .option('--profile <name>', 'profile of ~/.aws/config to use')
    .showHelpAfterError(`(${commandStart('report')} --help says what there is)`)
    .configureHelp(HELP_FORMAT)
    .addHelpText('after', helpText(HELP_AFTER))
    .exitOverride();
}

/** @throws UsageError for options that conflict */
export function checkOptions({ from, to, watch, port, every }: ReportOptions): void {
  if (from && to && from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
  for (const [option, value] of Object.entries({ '--port': port, '--every': every })) {
    if (value !== undefined && !watch)
      throw new UsageError(`${option} is of --watch: add --watch, or leave ${option} out`);
  }
}

function account(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('It must be an account id of 12 digits.');
  return text;
}

function port(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a port from 1 to 65535.');
  }
  return Number(text);
}

function everySeconds(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number of seconds, from 1 to 999999.');
  }
  return Number(text);
}

/** `npm run report`: a history as one page to look at. */
import { Command, InvalidArgumentError } from 'commander';
import './cli/closed-pipe.ts';
import { day } from './cli/day.ts';
import { drawingOn } from './cli/drawing.ts';
import { exitOn } from './cli/exit-on.ts';
import { counted } from './cli/figures.ts';
import { HELP_FORMAT, helpText } from './cli/help-format.ts';
import { endOnInterrupt } from './cli/interrupt.ts';
import { directoryOf, parsePlace } from './cli/place.ts';
import { s3ClientConfig } from './cli/s3-client-config.ts';
import { UsageError } from './cli/usage-error.ts';
import { fetchedFiles, filesOfDirectory } from './report/fetch.ts';
import { openInBrowser } from './report/open-in-browser.ts';
import { writeReport } from './report/write-report.ts';
import { directoryArchive } from './verify/directory-archive.ts';
import { s3Archive } from './verify/s3-archive.ts';

const HELP_AFTER = `
The page is one HTML file that needs no network: counts, how far rollouts are, what moved, flows, rollout durations, jobs
in progress and since when, what vanished, what AWS may purge, whether the snapshots came, and which exports of a hub
report. It has each export, account and Region that is asked for, up to 12; of a hub's look at its exports all.

It reads all records, what changed from one snapshot to the next, the details of the last 60 days, and the rows of the
newest snapshot. What changed before a snapshot that was compared with none is not known, and the page says so. From
s3:// only what is read is fetched.

Examples:
  $ npm run report -- ./history --open
  $ npm run report -- s3://my-history-bucket --from 2026-10-01 --export all

Exit codes:
  0     the page is written
  1     the history could not be read
  2     the command line is wrong, or asks for what is not there
  3, 4  credentials or permissions are missing; there is no such bucket or directory, or the page cannot be written there

Progress goes to stderr, the result to stdout.`;

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly export?: string;
  readonly account?: string;
  readonly region?: string;
  readonly bucketRegion?: string;
  readonly profile?: string;
  readonly out: string;
  readonly open?: boolean;
}

/** Bytes beyond which the page is slow to open. */
const LARGE_BYTES = 5_000_000;

const command = new Command('npm run report --')
  .description('Writes a page that shows a history of snapshots.')
  .argument('<place>', 'a directory, or s3://bucket[/prefix]')
  .option('--from <day>', 'first day of scheduled times, as 2026-11-23', day)
  .option('--to <day>', 'last day', day)
  .option('--export <name>', 'only this export')
  .option('--account <id>', 'only this account', account)
  .option('--region <region>', 'only jobs of this AWS Region')
  .option('--out <file>', 'where to write the page', './report.html')
  .option('--open', 'open it in the browser')
  .option('--bucket-region <region>', "AWS Region of the bucket (default: AWS_REGION, else the profile's)")
  .option('--profile <name>', 'profile of ~/.aws/config to use')
  .showHelpAfterError('(npm run report -- --help says what there is)')
  .configureHelp(HELP_FORMAT)
  .addHelpText('after', helpText(HELP_AFTER))
  .exitOverride();

/** Removes what the command has fetched, once there is something. */
let cleanUp = async () => {};
endOnInterrupt(() => cleanUp());
try {
  command.parse();
  await run(command.args[0] as string, command.opts<Options>());
} catch (error) {
  exitOn(error);
}

async function run(place: string, options: Options): Promise<void> {
  const { from, to, export: exportName, account: accountId, region, out } = options;
  directoryOf(out, '--out');
  if (from && to && from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
  const { archive, files } = await openPlace(place, options);
  cleanUp = () => files.close();
  const drawing = drawingOn(process.stderr);
  let doing = '';
  try {
    drawing.live(`reading ${place}`, () => doing);
    const { report, bytes } = await writeReport(out, {
      place,
      archive,
      files,
      asked: { from, to, exportName, accountId, region },
      onProgress: (text) => {
        doing = text;
      },
    });
    drawing.stop();
    for (const one of report.combinations) {
      const { exportName: name, accountId: id, region: where, snapshotCount, unlinkedCount } = one;
      const unlinked = unlinkedCount > 0 ? `, ${unlinkedCount} of them compared with none` : '';
      console.log(`${name} in ${id} ${where}: ${counted(snapshotCount, 'snapshot')}${unlinked}`);
    }
    if (report.combinations.length === 0) console.log(`There is no snapshot in ${place}: the page says so`);
    console.log(`${out}, ${counted(Math.ceil(bytes / 1000), 'kB').replace(/s$/, '')}`);
    if (bytes > LARGE_BYTES) console.error('The page is large: --from and --export make it smaller');
  } finally {
    drawing.stop();
    await files.close();
  }
  if (options.open && !(await openInBrowser(out))) console.error(`Nothing here opens web pages: open ${out} by hand`);
}

async function openPlace(text: string, { bucketRegion, profile }: Options) {
  const place = parsePlace(text, '<place>');
  if ('directory' in place) {
    return { archive: directoryArchive(place.directory), files: filesOfDirectory(place.directory) };
  }
  const archive = s3Archive({ ...place, client: await s3ClientConfig({ region: bucketRegion, profile }) });
  return { archive, files: await fetchedFiles(archive) };
}

function account(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('It must be an account id of 12 digits.');
  return text;
}

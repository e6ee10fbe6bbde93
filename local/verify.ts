import { Command } from 'commander';
import { day } from './cli/day.ts';
import { drawingOn } from './cli/drawing.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { counted } from './cli/figures.ts';
import { parsePlace } from './cli/place.ts';
import { renderTable } from './history/render.ts';
import type { Archive } from './verify/archive.ts';
import { directoryArchive } from './verify/directory-archive.ts';
import { summarize } from './verify/report.ts';
import { s3Archive } from './verify/s3-archive.ts';
import { type Finding, verify } from './verify/verify.ts';

const HELP_AFTER = `
Each record is held against its object: there, of that size and SHA-256 (S3's own where it keeps one), as many rows as
the record says, in all and for each listing, each job once in a scope, times within the run, in the right place. Rows
without a record are found too, and gaps in what looks like the schedule.

Examples:
  $ npm run verify -- ./history
  $ npm run verify -- s3://my-history-bucket --from 2026-11-01 --export all --quick

Exit codes:
  0    all is well; gaps are shown, but are no fault of what is there
  1    something is wrong with what is there, or it could not be read
  2    the command line is wrong
  3, 4 credentials or permissions are missing; there is no such bucket or directory

Progress goes to stderr, the result to stdout.`;

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly export?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly quick?: boolean;
}

const command = new Command('npm run verify --')
  .description('Holds stored snapshots to all that their records say.')
  .argument('<place>', 'a directory, or s3://bucket[/prefix]')
  .option('--from <day>', 'first day of scheduled times, as 2026-11-23', day)
  .option('--to <day>', 'last day', day)
  .option('--export <name>', 'only this export')
  .option('--quick', "where S3 keeps an object's SHA-256, believe it and do not read the rows")
  .option('--region <region>', "AWS Region of the bucket (default: AWS_REGION, else the profile's)")
  .option('--profile <name>', 'profile of ~/.aws/config to use')
  .showHelpAfterError('(npm run verify -- --help says what there is)')
  .addHelpText('after', HELP_AFTER)
  .exitOverride();

try {
  command.parse();
  process.exitCode = await run(command.args[0] as string, command.opts<Options>());
} catch (error) {
  exitOn(error);
}

async function run(place: string, options: Options): Promise<number> {
  const archive = openArchive(place, options);
  const drawing = drawingOn(process.stderr);
  const findings: Finding[] = [];
  let jobs = 0;
  const seen = () => `${counted(findings.length, 'snapshot')}, ${counted(jobs, 'job')}`;
  try {
    drawing.live(`reading ${place}`, seen);
    const selection = { ...options, exportName: options.export, isQuick: options.quick };
    for await (const finding of verify(archive, selection)) {
      findings.push(finding);
      jobs += finding.jobCount ?? 0;
    }
  } finally {
    drawing.stop();
  }
  const { table, lines, problemCount } = summarize(findings);
  if (table.rows.length > 0) console.log(renderTable(table));
  for (const line of lines) console.log(line);
  const verdict = problemCount === 0 ? 'all is well' : `${counted(problemCount, 'problem')}`;
  console.log(`${seen()} in ${place}: ${verdict}`);
  return problemCount === 0 ? EXIT.stands : EXIT.failed;
}

function openArchive(text: string, { region, profile }: Options): Archive {
  const place = parsePlace(text, '<place>');
  if ('directory' in place) return directoryArchive(place.directory);
  return s3Archive({ ...place, client: { region, profile, followRegionRedirects: true } });
}

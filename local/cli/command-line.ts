import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_DESCRIBE_CALLS_PER_SECOND,
  DEFAULT_DETAILS,
  MAX_DETAILED_JOBS,
} from '../../lambda/contract/details.ts';
import { DEFAULT_CALLS_PER_SECOND, JOB_STATUSES, TARGET_SELECTIONS } from '../../lambda/contract/jobs.ts';
import { VERSION } from '../../lambda/version.ts';
import { commandStart } from './called-as.ts';
import { EXIT } from './exit-codes.ts';
import { HELP_AFTER } from './help.ts';
import { HELP_FORMAT, helpText } from './help-format.ts';

/** Options of the command line. Those of the request are validated later, as an event. */
export interface CommandLine {
  readonly out: string;
  readonly region?: string;
  readonly profile?: string;
  readonly rate: number;
  readonly export: string;
  readonly at?: string;
  readonly status?: readonly string[];
  readonly thingGroup?: readonly string[];
  readonly thingGroupId?: readonly string[];
  readonly targetSelection?: string;
  readonly namespaceId?: string;
  /** Maximum number of described jobs; absent without --details. */
  readonly details?: number;
  readonly detailsRate: number;
}

/** Parses the arguments. Returns an exit code after `--help`, or after an error, which has been printed. */
export function readCommandLine(argv: readonly string[]): CommandLine | { readonly exitCode: number } {
  const command = exportCommand();
  try {
    return command.parse(argv, { from: 'user' }).opts<CommandLine>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
}

/** The command line of `npm run export`. */
export function exportCommand(): Command {
  return new Command(commandStart('export'))
    .description('Takes one snapshot of the AWS IoT jobs of an account, into a directory or a bucket.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError(`(${commandStart('export')} --help says what there is)`)
    .requiredOption('--out <place>', 'where to keep it: a directory, or s3://bucket[/prefix]')
    .option('--region <region>', "AWS Region to list (default: AWS_REGION, else the profile's)")
    .option('--profile <name>', 'profile of ~/.aws/config to use (default: AWS_PROFILE, else "default")')
    .option('--export <name>', 'name of the export, which the snapshot is filed under', 'all')
    .option('--at <time>', 'scheduled time, as 2026-11-23T18:00:00Z (default: now)')
    .option('--status <status>', `only jobs of this status; may be repeated. ${oneOf(JOB_STATUSES)}`, repeated)
    .option('--thing-group <name>', 'only jobs of this thing group, by name; may be repeated', repeated)
    .option('--thing-group-id <id>', 'only jobs of this thing group, by id; may be repeated', repeated)
    .option('--target-selection <kind>', `only jobs of this target selection. ${oneOf(TARGET_SELECTIONS)}`)
    .option('--namespace-id <id>', 'only jobs of this namespace')
    .option('--rate <calls>', 'calls of ListJobs per second at most', callsPerSecond, DEFAULT_CALLS_PER_SECOND)
    .addOption(
      new Option(
        '--details [jobs]',
        'describe jobs in progress (without them, all of --status) and those that have ended since the snapshot before',
      )
        .preset(String(DEFAULT_DETAILS.maxJobs))
        .argParser(detailedJobs),
    )
    .option(
      '--details-rate <calls>',
      'calls of DescribeJob per second at most',
      callsPerSecond,
      DEFAULT_DESCRIBE_CALLS_PER_SECOND,
    )
    .configureHelp(HELP_FORMAT)
    .addHelpText('after', helpText(HELP_AFTER));
}

function oneOf(values: readonly string[]): string {
  return `One of ${values.join(', ')}`;
}

function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function callsPerSecond(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function detailedJobs(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_DETAILED_JOBS) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_DETAILED_JOBS}.`);
  }
  return value;
}

import { Command, Option } from 'commander';
import { VERSION } from '../../lambda/version.ts';
import { readQueries, readViews } from '../../sql/catalog.ts';
import { commandStart } from '../cli/called-as.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { HELP_FORMAT, helpText } from '../cli/help-format.ts';
import { FORMATS, type Format } from '../history/formats.ts';
import { TABLES } from '../history/tables.ts';

/** Options of the command line. */
export interface QueryOptions {
  readonly dir: string;
  readonly format: Format;
  readonly saved?: string;
}

/** Overview of tables, views and saved queries, for the help. */
export function overviewText(): string {
  return `Tables: ${TABLES.map(({ name }) => name).join(', ')}.

Views: ${readViews()
    .map(({ name }) => name)
    .join(', ')}.

Saved queries:
${readQueries()
  .map(({ name, question }) => `  ${name.padEnd(22)}  ${question}`)
  .join('\n')}`;
}

/** The command line of `npm run query`. */
export function queryCommand(): Command {
  return new Command(commandStart('query'))
    .description('Queries a directory of snapshots; without a query it prompts for them.')
    .version(VERSION)
    .argument('[sql]', 'a query')
    .option('--dir <directory>', 'where the history is', './demo-history')
    .addOption(new Option('--format <format>', 'how to show the rows').choices(FORMATS).default('table'))
    .option('--saved <name>', 'run a saved query instead')
    .exitOverride()
    .showHelpAfterError(`(${commandStart('query')} --help says what there is)`)
    .configureHelp(HELP_FORMAT)
    .addHelpText('after', helpText(HELP_AFTER));
}

/** npm itself writes to stdout, unless it is silenced. */
const SILENT_START = commandStart('query').replace('npm run', 'npm run --silent');

const HELP_AFTER = `
${overviewText()}

Examples:
  $ ${commandStart('query')} "SELECT status, count(*) FROM latest_jobs GROUP BY status"
  $ ${SILENT_START} --saved stuck-jobs --format csv > stuck.csv
  $ ${commandStart('query')} --dir ./history

The views take the day of the newest snapshot for today. A table that is wider than the terminal is shown as records; a
pipe gets it whole.

Exit codes:
  ${String(EXIT.ok).padEnd(4)}  the rows are shown
  ${String(EXIT.failed).padEnd(4)}  the history could not be read
  ${String(EXIT.usage).padEnd(4)}  the command line or the query is wrong, or there is no such directory
  ${String(EXIT.interrupted).padEnd(4)}  stopped by Ctrl-C (${EXIT.terminated} by SIGTERM)`;

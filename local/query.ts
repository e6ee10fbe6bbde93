/** `npm run query`: a question in SQL to a directory of snapshots, by the names that tables and views have in Athena. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { readQueries, readViews } from '../sql/catalog.ts';
import { EXIT } from './cli/exit-codes.ts';
import { FORMATS, type Format, formatted } from './history/formats.ts';
import { type History, openHistory } from './history/open.ts';

const HELP_AFTER = `
Tables: jobs, snapshots. Views: ${readViews()
  .map(({ name }) => name)
  .join(', ')}.
Saved queries: ${readQueries()
  .map(({ name }) => name)
  .join(', ')}.

Examples:
  $ npm run query -- "SELECT status, count(*) AS jobs FROM latest_jobs GROUP BY status"
  $ npm run --silent query -- --saved stuck-jobs --format csv > stuck.csv
  $ npm run query -- --dir ./history

The views take the day of the newest snapshot for today.`;

interface Options {
  readonly dir: string;
  readonly format: Format;
  readonly saved?: string;
}

const command = new Command('npm run query --')
  .description('Queries a directory of snapshots; without a query it prompts for them.')
  .argument('[sql]', 'a query')
  .option('--dir <directory>', 'where the history is', './demo-history')
  .addOption(new Option('--format <format>', 'how to show the rows').choices(FORMATS).default('table'))
  .option('--saved <name>', 'run a saved query instead')
  .addHelpText('after', HELP_AFTER)
  .parse();

const { dir, format, saved } = command.opts<Options>();
if (!existsSync(dir)) fail(`There is no directory ${dir}: name one with --dir, or make one with npm start`, EXIT.usage);
const history = await openHistory(dir).catch((error: unknown) => fail(firstLine(error), EXIT.failed));
const sql = saved === undefined ? command.args[0] : savedQuery(saved);
if (sql === undefined) await prompt(history);
else {
  await history.query(sql).then(
    (result) => process.stdout.write(formatted(result, format)),
    (error: unknown) => fail(firstLine(error), EXIT.usage),
  );
}
history.close();

/** Statements end in a semicolon. What comes through a pipe is read without prompts. */
async function prompt(open: History): Promise<void> {
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(isTerminal && { output: process.stdout }) });
  const ask = (text: string) => {
    lines.setPrompt(text);
    if (isTerminal) lines.prompt();
  };
  let statement = '';
  ask('iot_jobs> ');
  for await (const line of lines) {
    statement += `${line}\n`;
    const isWhole = statement.trimEnd().endsWith(';') || /^\s*(exit|quit)?\s*$/.test(statement);
    if (isWhole) {
      if (/^\s*(exit|quit);?\s*$/.test(statement)) break;
      await show(open, statement);
      statement = '';
    }
    ask(isWhole ? 'iot_jobs> ' : '     ...> ');
  }
  lines.close();
  if (!/^\s*(exit|quit);?\s*$/.test(statement)) await show(open, statement);
}

async function show(open: History, statement: string): Promise<void> {
  if (statement.trim() === '') return;
  await open.query(statement).then(
    (result) => process.stdout.write(formatted(result, format)),
    (error: unknown) => console.error(`error: ${firstLine(error)}`),
  );
}

function savedQuery(name: string): string {
  const found = readQueries().find((query) => query.name === name);
  return found?.sql ?? fail(`There is no saved query "${name}": see --help for those there are`, EXIT.usage);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function fail(message: string, exitCode: number): never {
  console.error(`error: ${message}`);
  process.exit(exitCode);
}

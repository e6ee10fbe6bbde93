/** `npm run query`: runs SQL on a directory of snapshots, with the tables and views that Athena has. */
import { statSync } from 'node:fs';
import './cli/closed-pipe.ts';
import { readQueries } from '../sql/catalog.ts';
import { commandName } from './cli/called-as.ts';
import { EXIT } from './cli/exit-codes.ts';
import { exitOn } from './cli/exit-on.ts';
import { endOnInterrupt } from './cli/interrupt.ts';
import { UsageError } from './cli/usage-error.ts';
import { formatted } from './history/formats.ts';
import { openHistory } from './history/open.ts';
import { type QueryOptions, queryCommand } from './query/command.ts';
import { prompt } from './query/prompt.ts';

/** Cancels the running query, since the process cannot end before it. */
let interruptQuery = () => {};
endOnInterrupt(() => interruptQuery());
try {
  const command = queryCommand().parse();
  await run(command.args[0], command.opts<QueryOptions>());
} catch (error) {
  exitOn(error);
}

async function run(query: string | undefined, { dir, format, saved }: QueryOptions): Promise<void> {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`There is no directory ${dir}: name one with --dir, or make one with ${commandName('demo')}`);
  }
  const history = await openHistory(dir).catch((error: unknown) => fail(firstLine(error), EXIT.failed));
  interruptQuery = () => history.interrupt();
  const sql = saved === undefined ? query : savedQuery(saved);
  const answer = async (statement: string) => {
    process.stdout.write(formatted(await history.query(statement), format));
  };
  try {
    if (sql === undefined) {
      await prompt(
        (statement) => answer(statement).catch((error: unknown) => console.error(`error: ${firstLine(error)}`)),
        interruptQuery,
      );
    } else await answer(sql).catch((error: unknown) => fail(firstLine(error), EXIT.usage));
  } finally {
    history.close();
  }
}

function savedQuery(name: string): string {
  const found = readQueries().find((query) => query.name === name);
  if (!found) throw new UsageError(`There is no saved query "${name}": see --help for those there are`);
  return found.sql;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function fail(message: string, exitCode: number): never {
  console.error(`error: ${message}`);
  process.exit(exitCode);
}
